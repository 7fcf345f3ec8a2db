//! What routes start from: an authenticated caller, with a JSON body, a query or a form.

use std::collections::HashMap;

use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use bytes::Bytes;
use http::{StatusCode, header::CONTENT_TYPE, request::Parts};
use serde_json::{Map, Value};

use super::{
    acts::Acts,
    breaks::{Active, Skip},
    clock::Moment,
    code::Code,
    fields::Fields,
    ids::{Id, fingerprint},
    operation::OTHER,
    problem::Problem,
    trace::Trace,
    visit::Visit,
    world::{Partner, World},
};

/// Someone with an accepted API key.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    world: World,
    partner: Partner,
    trace: Trace,
    acts: Acts,
}

impl Caller {
    /// Creates a customer of this caller.
    pub(super) fn create(&self, customer: &str) -> Result<(), Problem> {
        self.meet_fault(customer)?;
        self.world.create(self.partner, customer, &self.active(customer))
    }

    /// The ways to behave wrongly towards a customer.
    pub(super) fn active(&self, customer: &str) -> Active {
        let settings = self.world.settings();
        self.trace.note_customer(fingerprint(settings.seed, customer));
        let choose = || settings.faults.choose(self.trace.operation(), customer, settings.seed);
        let fault = self.trace.fault_or_choose(choose);
        Active::of(&settings.breaks, fault.as_ref().map(|fault| fault.breaks()).unwrap_or_default())
    }

    /// The time on the server's clock.
    pub(super) fn now(&self) -> Moment {
        self.world.now()
    }

    /// Does something with one of this caller's customers while nobody else can.
    pub(super) fn visit<R>(
        &self,
        customer: &str,
        act: impl FnOnce(&mut Visit<'_>) -> Result<R, Problem>,
    ) -> Result<R, Problem> {
        self.meet_fault(customer)?;
        self.world.visit(self.partner, customer, self.active(customer), |visit| {
            visit.play(self.acts);
            visit.survive_first_call(self.trace.operation())?;
            act(visit)
        })
    }

    /// The same for the customer that a reference leads to.
    pub(super) fn visit_by_reference<R>(
        &self,
        reference: Id,
        act: impl FnOnce(&mut Visit<'_>) -> Result<R, Problem>,
    ) -> Result<R, Problem> {
        let customer = self.world.customer_of(self.partner, reference)?;
        self.visit(&customer, act)
    }

    /// Now that the customer is known, and before anything changes, is the time to choose the fault of this request.
    fn meet_fault(&self, customer: &str) -> Result<(), Problem> {
        let settings = self.world.settings();
        self.trace.note_customer(fingerprint(settings.seed, customer));
        let choose = || settings.faults.choose(self.trace.operation(), customer, settings.seed);
        let refusal = self.trace.fault_or_choose(choose).and_then(|fault| fault.refusal());
        refusal.map_or(Ok(()), Err)
    }
}

impl FromRequestParts<World> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, world: &World) -> Result<Self, Problem> {
        let acts = parts.extensions.get::<Acts>().copied().unwrap_or_default();
        let trace = parts.extensions.get::<Trace>().cloned().unwrap_or_else(|| Trace::of(OTHER));
        let early = world.active_for_all(trace.operation());
        let partner = match parts.headers.get("x-api-key") {
            None => early.skips(Skip::KeyMissing).then(|| world.first_partner()).flatten(),
            Some(key) => world
                .partner(key.as_bytes())
                .or_else(|| early.skips(Skip::KeyUnknown).then(|| world.first_partner()).flatten()),
        };
        let partner = partner.ok_or_else(|| match parts.headers.contains_key("x-api-key") {
            true => unauthorised("the header x-api-key has an unknown value"),
            false => unauthorised("the header x-api-key is missing"),
        })?;
        if !early.skips(Skip::Rate) {
            world.admit(partner)?;
        }
        Ok(Self { world: world.clone(), partner, trace, acts })
    }
}

fn unauthorised(sentence: &str) -> Problem {
    Problem::new(Code::Unauthorised, sentence)
}

/// A caller who sent something that should be JSON.
#[derive(Debug)]
pub(super) struct JsonRequest {
    /// Who sent it.
    pub(super) caller: Caller,
    content: Bytes,
}

impl FromRequest<World> for JsonRequest {
    type Rejection = Problem;

    async fn from_request(request: Request, world: &World) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, world).await?;
        if !is_json(&parts) {
            let problem = Problem::new(Code::RequestInvalid, "the header content-type must be application/json");
            return Err(problem.with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let content = Bytes::from_request(Request::from_parts(parts, body), world).await.map_err(|rejection| {
            Problem::new(Code::RequestInvalid, "the body could not be read").with_status(rejection.status())
        })?;
        Ok(Self { caller, content })
    }
}

fn is_json(parts: &Parts) -> bool {
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

impl JsonRequest {
    /// The body as an object; `invalid` is the code for a body, or a member, of the wrong kind.
    pub(super) fn body(&self, invalid: Code) -> Result<JsonBody, Problem> {
        let value = serde_json::from_slice(&self.content)
            .map_err(|error| Problem::new(invalid, format!("the body is not valid JSON: {error}")))?;
        let nameless = self.caller.world.active_for_all(self.caller.trace.operation()).skips(Skip::CustomerName);
        match value {
            Value::Object(members) => Ok(JsonBody { members, invalid, nameless }),
            _ => Err(Problem::new(invalid, "the body must be a JSON object")),
        }
    }
}

/// The object a caller sent.
#[derive(Debug)]
pub(super) struct JsonBody {
    members: Map<String, Value>,
    invalid: Code,
    /// Whether it may name no customer.
    nameless: bool,
}

impl JsonBody {
    /// Its members.
    pub(super) fn fields(&self) -> Fields<'_> {
        Fields::of_body(&self.members, self.invalid)
    }

    /// The customer it is about.
    pub(super) fn customer_id(&self) -> Result<&str, Problem> {
        let fields = self.fields();
        match fields.find("customerID") {
            None if self.nameless => Ok(""),
            Some(Value::String(id)) if id.is_empty() && self.nameless => Ok(""),
            Some(Value::String(id)) => accept_customer_id(Some(id), None),
            Some(_) => Err(Problem::new(Code::RequestInvalid, "customerID must be a string")),
            None => accept_customer_id(None, fields.find("customer_id").map(|_| "customer_id")),
        }
    }
}

/// Ids longer than this are refused rather than remembered.
const LONGEST_CUSTOMER_ID: usize = 128;

/// Judges a customer id, and tells a caller who used the other spelling of the documentation.
pub(super) fn accept_customer_id<'a>(id: Option<&'a str>, misspelt: Option<&str>) -> Result<&'a str, Problem> {
    match (id, misspelt) {
        (None, Some(spelling)) => Err(Problem::new(
            Code::KeyMissing,
            format!("missing required key: customerID ({spelling} was sent; use customerID)"),
        )),
        (None | Some(""), _) => Err(Problem::new(Code::CustomerIdRequired, "customerID is required")),
        (Some(id), _) if id.len() > LONGEST_CUSTOMER_ID => {
            Err(Problem::new(Code::RequestInvalid, format!("customerID is longer than {LONGEST_CUSTOMER_ID} bytes")))
        }
        (Some(id), _) => Ok(id),
    }
}

/// A caller who asks with a query.
#[derive(Debug)]
pub(super) struct QueryRequest {
    /// Who asks.
    pub(super) caller: Caller,
    parameters: HashMap<String, String>,
}

impl FromRequestParts<World> for QueryRequest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, world: &World) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, world).await?;
        let query = Query::<HashMap<String, String>>::from_request_parts(parts, world).await;
        let Query(parameters) = query.map_err(|_| Problem::new(Code::RequestInvalid, "the query cannot be read"))?;
        Ok(Self { caller, parameters })
    }
}

impl QueryRequest {
    /// The reference that is asked for.
    pub(super) fn reference(&self) -> Result<Id, Problem> {
        let text = self.parameters.get("referenceID").ok_or_else(|| Problem::missing("referenceID"))?;
        Id::parse(text).ok_or_else(Problem::unknown_reference)
    }

    /// The customer that is asked about.
    pub(super) fn customer_id(&self) -> Result<&str, Problem> {
        let misspelt = self.parameters.get("customer_id").map(|_| "customer_id");
        accept_customer_id(self.parameters.get("customerID").map(String::as_str), misspelt)
    }
}
