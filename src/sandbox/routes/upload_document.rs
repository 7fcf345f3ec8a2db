//! Document Upload: four kinds of document, each in a part of its own name and in its own formats.

use super::super::{
    answer::Answer,
    code::Code,
    form::{FILE_LIMIT, FormRequest, Part},
    journey::{Document, Step},
    problem::Problem,
    world::Visit,
};
use super::program::accept_program;

/// A kind of document.
struct Kind {
    name: &'static str,
    /// The part that carries the file.
    part: &'static str,
    formats: &'static [Format],
}

const KINDS: [Kind; 4] = [
    Kind {
        name: "AADHAAR_XML",
        part: "digilocker_aadhaar_xml",
        formats: &[Format::Xml],
    },
    Kind {
        name: "SELFIE",
        part: "selfie",
        formats: &[Format::Jpeg, Format::Png],
    },
    Kind {
        name: "LOAN_AGREEMENT",
        part: "agreement",
        formats: &[Format::Pdf],
    },
    Kind {
        name: "BUSINESS_PROOF_DOC",
        part: "business_proof_doc",
        formats: &[Format::Pdf, Format::Jpeg, Format::Png],
    },
];

/// A file format, told by how the content begins.
#[derive(Debug, Clone, Copy)]
enum Format {
    Xml,
    Jpeg,
    Png,
    Pdf,
}

impl Format {
    fn fits(self, content: &[u8]) -> bool {
        match self {
            Self::Xml => content
                .strip_prefix(b"\xef\xbb\xbf")
                .unwrap_or(content)
                .trim_ascii_start()
                .starts_with(b"<"),
            Self::Jpeg => content.starts_with(b"\xff\xd8\xff"),
            Self::Png => content.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Pdf => content.starts_with(b"%PDF-"),
        }
    }
}

pub(in crate::sandbox) async fn upload_document(request: FormRequest) -> Result<Answer, Problem> {
    let customer = request.customer_id()?;
    accept_program(request.text("program")?)?;
    let wanted = request.text("documentType")?;
    let kind = KINDS
        .iter()
        .find(|kind| kind.name == wanted)
        .ok_or_else(unknown_kind)?;
    let parts = request.parts(kind.part)?;
    for part in &parts {
        accept_file(part, kind)?;
    }
    let file_name = parts
        .first()
        .and_then(|part| part.file_name.clone())
        .unwrap_or_default();
    request.caller.visit(customer, |visit| {
        visit.customer.may(Step::UploadDocument, visit.now)?;
        keep(
            visit,
            Document {
                kind: kind.name.to_owned(),
                file_name,
            },
        );
        Ok(Answer::without_code("document uploaded"))
    })
}

fn unknown_kind() -> Problem {
    let names = KINDS.map(|kind| kind.name).join(", ");
    Problem::new(
        Code::RequestInvalid,
        format!("documentType must be one of {names}"),
    )
}

fn accept_file(part: &Part, kind: &Kind) -> Result<(), Problem> {
    if part.content.len() > FILE_LIMIT {
        return Err(Problem::new(
            Code::FileInvalid,
            format!("{} is larger than 5 MB", kind.part),
        ));
    }
    if kind.formats.iter().any(|format| format.fits(&part.content)) {
        return Ok(());
    }
    let formats: Vec<String> = kind
        .formats
        .iter()
        .map(|format| format!("{format:?}").to_uppercase())
        .collect();
    Err(Problem::new(
        Code::FileInvalid,
        format!(
            "{} is not a file of format {}",
            kind.part,
            formats.join(" or ")
        ),
    ))
}

fn keep(visit: &mut Visit<'_>, document: Document) {
    visit
        .customer
        .documents
        .retain(|earlier| earlier.kind != document.kind);
    visit.customer.documents.push(document);
}
