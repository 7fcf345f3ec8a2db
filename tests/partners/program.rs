//! The example partner as a program: it takes the customers of a sheet through their journeys, all at once.
//!
//! ```text
//! proviso certify plan --profile type-4 --format json > sheet.json
//! cargo run --example partner -- http://127.0.0.1:8443 acme.keys sheet.json [TIME-SCALE] [MISTAKE]
//! ```

mod partner;
mod socket;

use partner::Partner;
use serde_json::Value;
use socket::Socket;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, keys, sheet, rest @ ..] = arguments.as_slice() else {
        return Err("give the URL, the file of keys and the sheet of `certify plan --format json`".into());
    };
    let key = std::fs::read_to_string(keys)?.lines().next().unwrap_or_default().trim().to_owned();
    let sheet: Value = serde_json::from_slice(&std::fs::read(sheet)?)?;
    let archetype = sheet["archetype"].as_str().and_then(|text| text.get(..1)?.parse().ok()).ok_or("no archetype")?;
    let scale = rest.first().map_or(Ok(1.0), |text| text.parse())?;
    let partner = Partner { wire: Arc::new(Socket::new(url, scale)), key, archetype, mistake: rest.get(1).cloned() };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut all = Vec::new();
        for module in sheet["modules"].as_array().into_iter().flatten() {
            let Some(mobile) = module["data"]["mobile"].as_str().map(str::to_owned) else { continue };
            let (partner, customer) =
                (partner.clone(), format!("{}-{}", module["id"].as_str().unwrap_or_default(), std::process::id()));
            all.push(tokio::spawn(async move { partner.serve(&customer, &mobile).await }));
        }
        for one in all {
            let _ = one.await;
        }
    });
    Ok(())
}
