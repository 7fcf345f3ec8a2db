//! `retry_on`: what is worth asking again for.

use crate::diagnostic::Code;
use crate::yaml::{Node, Reader, Shape};

/// One thing that is worth asking again for.
pub(super) static RETRY: Shape =
    Shape::Either(&[Shape::Natural(400, 599), Shape::Pattern("`transport`", "^(transport|[45][0-9][0-9])$")]);

/// What is worth asking again for. Without a poll a request is sent again up to three times, after 1, 2 and 4 seconds or
/// after what `Retry-After` says; within a poll these answers mean "not yet".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RetryOn {
    /// No complete answer came.
    pub transport: bool,
    /// An answer with one of these HTTP statuses.
    pub statuses: Vec<u16>,
}

impl RetryOn {
    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Self {
        let mut retry = Self::default();
        for item in reader.texts(node, "`retry_on`") {
            match (item.value.as_str(), item.value.parse::<u16>()) {
                ("transport", _) => retry.transport = true,
                (_, Ok(status @ 400..600)) => retry.statuses.push(status),
                _ => {
                    let title = format!("`{}` is nothing to retry on", item.value);
                    reader.problem(
                        Code::WrongValue,
                        item.span,
                        title,
                        "write transport, or an HTTP status such as 429 or 503",
                    );
                }
            }
        }
        retry
    }
}
