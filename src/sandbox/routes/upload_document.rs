//! Document Upload: four kinds of document, each in a part of its own name and in its own formats.

use super::super::{
    answer::Answer,
    code::Code,
    form::{FILE_LIMIT, FormRequest, Part},
    journey::{Document, DocumentKind, Step},
    personas,
    problem::Problem,
};
use super::program::accept_program;

/// The formats in which a document may come.
fn formats(kind: DocumentKind) -> &'static [Format] {
    match kind {
        DocumentKind::Aadhaar => &[Format::Xml],
        DocumentKind::Selfie => &[Format::Jpeg, Format::Png],
        DocumentKind::Agreement => &[Format::Pdf],
        DocumentKind::BusinessProof => &[Format::Pdf, Format::Jpeg, Format::Png],
    }
}

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
            Self::Xml => content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content).trim_ascii_start().starts_with(b"<"),
            Self::Jpeg => content.starts_with(b"\xff\xd8\xff"),
            Self::Png => content.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Pdf => content.starts_with(b"%PDF-"),
        }
    }
}

pub(in crate::sandbox) async fn upload_document(request: FormRequest) -> Result<Answer, Problem> {
    let customer = request.customer_id()?;
    accept_program(request.text("program")?, &request.caller, customer)?;
    let kind = read_kind(request.text("documentType")?)?;
    let part = request.part(kind.part())?;
    accept_file(part, kind)?;
    let decides = personas::outcome_of_document(kind, part.file_name.as_deref().unwrap_or_default());
    request.caller.visit(customer, |visit| {
        visit.may(Step::UploadDocument)?;
        visit.change().keep(Document { kind, decides });
        Ok(Answer::without_code("document uploaded"))
    })
}

fn read_kind(word: &str) -> Result<DocumentKind, Problem> {
    let known = DocumentKind::ALL.into_iter().find(|kind| kind.word() == word);
    known.ok_or_else(|| {
        let words = DocumentKind::ALL.map(DocumentKind::word).join(", ");
        Problem::new(Code::RequestInvalid, format!("documentType must be one of {words}"))
    })
}

fn accept_file(part: &Part, kind: DocumentKind) -> Result<(), Problem> {
    let (name, formats) = (kind.part(), formats(kind));
    if part.content.len() > FILE_LIMIT {
        return Err(Problem::new(Code::FileInvalid, format!("{name} is larger than 5 MB")));
    }
    if formats.iter().any(|format| format.fits(&part.content)) {
        return Ok(());
    }
    let formats: Vec<String> = formats.iter().map(|format| format!("{format:?}").to_uppercase()).collect();
    Err(Problem::new(Code::FileInvalid, format!("{name} is not a file of format {}", formats.join(" or "))))
}
