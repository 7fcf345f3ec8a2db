//! Where an API is served.

use super::node::{at, json, shown, span_of};
use crate::change::Verdict;
use crate::change::collect::{Collect, Found};

pub(super) fn compare(collect: &mut Collect<'_>) {
    let (old, new) = (collect.old, collect.new);
    let paths = |paths: &[String]| if paths.is_empty() { vec![String::new()] } else { paths.to_vec() };
    let (before, after) = (paths(&old.contract.base_paths), paths(&new.contract.base_paths));
    let nodes = (at(old.root, &["servers"]), at(new.root, &["servers"]));
    for path in before.iter().filter(|path| !after.contains(path)) {
        let found = Found::new(Verdict::Unsure, "base-path-removed", "servers").at(path.as_str());
        let found = found.says(shown(nodes.0), shown(nodes.1)).spans(span_of(nodes.0), span_of(nodes.1));
        let note = "paths begin otherwise, unless a client's own settings say how; taken as breaking".to_owned();
        collect.add(Found { note: Some(note), ..found });
    }
    let urls = |node: Option<&crate::yaml::Node>| {
        let all = node.map(json).and_then(|json| json.as_array().cloned()).unwrap_or_default();
        all.iter().filter_map(|server| server.get("url").cloned()).collect::<Vec<_>>()
    };
    if urls(nodes.0) != urls(nodes.1) && before == after {
        let found = Found::new(Verdict::Meaning, "server-changed", "servers");
        collect.add(found.says(shown(nodes.0), shown(nodes.1)).spans(span_of(nodes.0), span_of(nodes.1)));
    }
}
