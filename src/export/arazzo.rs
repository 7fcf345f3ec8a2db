//! Cases as Arazzo 1.0.1 workflows: the steps that name an operation, with what was sent and the status that came.
//!
//! What a step took from an earlier answer is written as the value it had: a journal says what was sent, not why.

use super::{Call, media, query};
use crate::text::slug;
use serde_json::{Map, Value, json};

/// The document, and the steps that it cannot say because they name no operation. `contract` is the address of the OpenAPI
/// document.
#[must_use]
pub fn arazzo(calls: &[Call], name: &str, contract: &str) -> (Value, Vec<String>) {
    let mut workflows: Vec<(String, String, Vec<Value>)> = Vec::new();
    let mut left_out = Vec::new();
    for call in calls {
        let Some(operation) = &call.operation else {
            left_out.push(format!("{} › {} › {}", call.suite, call.case, call.step));
            continue;
        };
        let id = slug(&format!("{} {}", call.suite, call.case));
        let steps = match workflows.iter().position(|(known, _, _)| *known == id) {
            Some(at) => &mut workflows[at].2,
            None => {
                workflows.push((id, format!("{}: {}", call.suite, call.case), Vec::new()));
                let last = workflows.len() - 1;
                &mut workflows[last].2
            }
        };
        let number = steps.len() + 1;
        steps.push(step(call, operation, number));
    }
    let workflows: Vec<Value> = workflows
        .into_iter()
        .map(|(id, summary, steps)| json!({ "workflowId": id, "summary": summary, "steps": steps }))
        .collect();
    let document = json!({
        "arazzo": "1.0.1",
        "info": { "title": name, "version": "1" },
        "sourceDescriptions": [{ "name": "api", "url": contract, "type": "openapi" }],
        "workflows": workflows,
    });
    (document, left_out)
}

fn step(call: &Call, operation: &str, number: usize) -> Value {
    let sent = &call.exchange.sent;
    let mut step = Map::new();
    step.insert("stepId".into(), format!("{number}-{}", slug(&call.step)).into());
    step.insert("description".into(), call.step.clone().into());
    step.insert("operationId".into(), operation.into());
    let parameters: Vec<Value> = query(&sent.url)
        .into_iter()
        .map(|(name, value)| json!({ "name": name, "in": "query", "value": value }))
        .collect();
    if !parameters.is_empty() {
        step.insert("parameters".into(), parameters.into());
    }
    if !sent.form.is_empty() {
        let fields: Map<String, Value> =
            sent.form.iter().map(|part| (part.field.clone(), Value::from(part.content.text.clone()))).collect();
        step.insert("requestBody".into(), json!({ "contentType": "multipart/form-data", "payload": fields }));
    } else if let Some(body) = &sent.body {
        let payload = serde_json::from_str(&body.text).unwrap_or_else(|_| Value::from(body.text.clone()));
        step.insert("requestBody".into(), json!({ "contentType": media(&sent.headers), "payload": payload }));
    }
    if let Some(received) = &call.exchange.received {
        step.insert("successCriteria".into(), json!([{ "condition": format!("$statusCode == {}", received.status) }]));
    }
    step.into()
}
