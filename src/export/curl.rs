//! Steps as curl lines, each on one line under a comment that says what it is.

use super::Call;
use crate::report::curl_command;

/// The lines.
#[must_use]
pub fn curl(calls: &[Call]) -> String {
    let mut text = String::new();
    for call in calls {
        let name = format!("{} › {} › {}", call.suite, call.case, call.step);
        text.push_str(&format!("# {}\n", name.replace(['\n', '\r'], " ")));
        // Each option stands on a line of its own there; texts with line ends are quoted without them.
        text.push_str(&curl_command(&call.exchange.sent).replace(" \\\n  ", " "));
        text.push('\n');
    }
    text
}
