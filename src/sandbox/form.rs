//! Multipart forms: texts and files, each part by its name.

use axum::extract::{FromRequest, FromRequestParts, Multipart, Request, multipart::MultipartError};
use bytes::Bytes;
use http::StatusCode;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    code::Code,
    extract::{Caller, accept_customer_id},
    problem::Problem,
    world::World,
};

/// The greatest size of one file.
pub(super) const FILE_LIMIT: usize = 5 * 1024 * 1024;

/// The greatest number of parts: far more than any operation knows.
const MOST_PARTS: usize = 64;

/// A caller who sent a form.
#[derive(Debug)]
pub(super) struct FormRequest {
    /// Who sent it.
    pub(super) caller: Caller,
    parts: Vec<Part>,
    /// Given back when the form is dropped.
    _place: OwnedSemaphorePermit,
}

/// One part of a form.
#[derive(Debug)]
pub(super) struct Part {
    name: String,
    /// The name of the file; a part without one is a text.
    pub(super) file_name: Option<String>,
    /// Its content.
    pub(super) content: Bytes,
}

impl FromRequest<World> for FormRequest {
    type Rejection = Problem;

    async fn from_request(request: Request, world: &World) -> Result<Self, Problem> {
        let (mut head, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut head, world).await?;
        let place = world.place_for_form().await?;
        let form = Multipart::from_request(Request::from_parts(head, body), world).await;
        let mut form = form.map_err(|_| {
            let problem = Problem::new(
                Code::RequestInvalid,
                "the header content-type must be multipart/form-data with a boundary",
            );
            problem.with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE)
        })?;
        let mut parts = Vec::new();
        while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().map(str::to_owned);
            let content = field.bytes().await.map_err(|error| unreadable(&error))?;
            if parts.len() == MOST_PARTS {
                return Err(Problem::new(Code::RequestInvalid, format!("the form has more than {MOST_PARTS} parts")));
            }
            parts.push(Part { name, file_name, content });
        }
        Ok(Self { caller, parts, _place: place })
    }
}

fn unreadable(error: &MultipartError) -> Problem {
    let status = error.status();
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(Code::FileInvalid, "the files are larger than 5 MB each").with_status(status);
    }
    let sentence = format!("the form cannot be read: {}", error.body_text());
    Problem::new(Code::RequestInvalid, sentence).with_status(status)
}

impl FormRequest {
    /// A text that must be there.
    pub(super) fn text(&self, name: &str) -> Result<&str, Problem> {
        self.optional_text(name)?.ok_or_else(|| Problem::missing(name))
    }

    /// A text that may be absent.
    pub(super) fn optional_text(&self, name: &str) -> Result<Option<&str>, Problem> {
        let part = self.parts.iter().find(|part| part.name == name);
        part.map(|part| {
            std::str::from_utf8(&part.content)
                .map_err(|_| Problem::new(Code::RequestInvalid, format!("{name} must be text")))
        })
        .transpose()
    }

    /// A part that must be there.
    pub(super) fn part(&self, name: &str) -> Result<&Part, Problem> {
        self.parts.iter().find(|part| part.name == name).ok_or_else(|| Problem::missing(name))
    }

    /// All parts of a name, at least one.
    pub(super) fn parts(&self, name: &str) -> Result<Vec<&Part>, Problem> {
        let parts: Vec<&Part> = self.parts.iter().filter(|part| part.name == name).collect();
        if parts.is_empty() { Err(Problem::missing(name)) } else { Ok(parts) }
    }

    /// The customer it is about.
    pub(super) fn customer_id(&self) -> Result<&str, Problem> {
        let misspelt = self.optional_text("customer_id")?.map(|_| "customer_id");
        accept_customer_id(self.optional_text("customerID")?, misspelt)
    }
}
