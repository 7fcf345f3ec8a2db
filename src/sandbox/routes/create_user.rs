//! Create User: a customer begins. One who exists already is told so and stays where it is.

use super::super::{answer::Answer, breaks::Skip, code::Code, extract::JsonRequest, personas, problem::Problem};

pub(in crate::sandbox) async fn create_user(request: JsonRequest) -> Result<Answer, Problem> {
    let body = request.body(Code::RequestInvalid)?;
    let customer = body.customer_id()?;
    let fields = body.fields();
    let mobile = fields.find("mobile").ok_or_else(|| Problem::missing("mobile"))?;
    if !request.caller.active(customer).skips(Skip::Mobile) {
        accept_mobile(mobile.as_str().unwrap_or_default())?;
    }
    if let Some(code) = personas::refusal_of(mobile.as_str().unwrap_or_default()) {
        return Err(refusal(code));
    }
    request.caller.create(customer)?;
    Ok(Answer::message(Code::UserCreated, "user created!"))
}

/// An Indian mobile number: ten digits, the first of them 6 to 9.
fn accept_mobile(mobile: &str) -> Result<(), Problem> {
    let digits = mobile.len() == 10 && mobile.bytes().all(|byte| byte.is_ascii_digit());
    if digits && mobile.starts_with(['6', '7', '8', '9']) {
        Ok(())
    } else {
        Err(Problem::new(
            Code::MobileInvalid,
            "invalid mobile number: ten digits that begin with 6, 7, 8 or 9 are expected",
        ))
    }
}

/// How long someone who asked too often is told to wait, in seconds.
const PATIENCE: u32 = 1;

fn refusal(code: Code) -> Problem {
    let problem = Problem::bare(code);
    if code == Code::TooManyRequests { problem.with_retry_after(PATIENCE) } else { problem }
}
