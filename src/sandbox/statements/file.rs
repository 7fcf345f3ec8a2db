//! One uploaded statement, judged as a file.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;

use super::super::{
    code::Code,
    form::{FILE_LIMIT, Part},
    problem::Problem,
};

/// How statements are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum UploadType {
    /// As they are.
    Pdf,
    /// In base64.
    Base64,
}

impl UploadType {
    /// Reads the documented word.
    pub(in crate::sandbox) fn parse(word: &str) -> Result<Self, Problem> {
        match word {
            "PDF" => Ok(Self::Pdf),
            "BASE64" => Ok(Self::Base64),
            _ => Err(Problem::new(Code::RequestInvalid, "uploadType must be PDF or BASE64")),
        }
    }
}

/// A statement that is a PDF of at most 5 MB and can be opened.
#[derive(Debug)]
pub(in crate::sandbox) struct Statement {
    /// The name of its file in small letters; empty for one that was sent as text.
    pub(super) file_name: String,
    /// The PDF.
    pub(super) content: Bytes,
    /// Whether it came as a file.
    pub(super) is_file: bool,
}

/// The password of every protected statement.
const PASSWORD: &str = "open-sesame";

impl Statement {
    /// Judges an uploaded part.
    pub(in crate::sandbox) fn read(part: &Part, upload: UploadType, password: Option<&str>) -> Result<Self, Problem> {
        let file_name = part.file_name.as_deref().unwrap_or_default().to_lowercase();
        let is_file = part.file_name.is_some() || upload == UploadType::Base64;
        let content = match upload {
            // A text is no file, which the analysis has its own documented error for.
            UploadType::Pdf if !is_file => Bytes::new(),
            UploadType::Pdf => part.content.clone(),
            UploadType::Base64 => decode(&part.content)?,
        };
        if content.len() > FILE_LIMIT {
            return Err(invalid("a statement is larger than 5 MB"));
        }
        let statement = Self { file_name, content, is_file };
        if is_file && !statement.content.starts_with(b"%PDF-") {
            return Err(invalid("a statement is not a PDF"));
        }
        match password {
            _ if !statement.is_protected() => Ok(statement),
            None | Some("") => Err(invalid("a statement is protected: pdfPassword is missing")),
            Some(PASSWORD) => Ok(statement),
            Some(_) => Err(invalid("a statement is protected: pdfPassword is wrong")),
        }
    }

    fn is_protected(&self) -> bool {
        self.file_name.contains("locked") || self.holds(b"/Encrypt")
    }

    /// Whether the PDF holds these bytes.
    pub(super) fn holds(&self, bytes: &[u8]) -> bool {
        self.content.windows(bytes.len()).any(|window| window == bytes)
    }
}

fn decode(text: &[u8]) -> Result<Bytes, Problem> {
    // Mail and command line tools break base64 into lines.
    let text: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(text).map(Bytes::from).map_err(|_| invalid("files is not valid base64"))
}

fn invalid(sentence: &str) -> Problem {
    Problem::new(Code::FileInvalid, sentence)
}
