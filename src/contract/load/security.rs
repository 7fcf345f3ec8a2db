//! What carries a credential (`securitySchemes`).

use super::Loader;
use super::document::{Found, child};
use crate::contract::{ParameterIn, SecurityScheme};

impl Loader<'_> {
    /// The security schemes of the document. One that is wrong carries nothing.
    pub(super) fn security_schemes(&mut self, root: &Found) -> Vec<SecurityScheme> {
        let schemes = root.child("components").and_then(|components| components.child("securitySchemes"));
        let Some(schemes) = schemes else { return Vec::new() };
        let mut all = Vec::new();
        for entry in self.reader.map(&schemes.node, "`securitySchemes`").to_vec() {
            if entry.key.value.starts_with("x-") {
                continue;
            }
            let Some(found) = self.follow(schemes.entry(&entry)) else { continue };
            let text = |loader: &mut Self, key: &str| {
                let text = child(&found.node, key).and_then(|node| loader.reader.text(node, &format!("`{key}`")));
                text.map(|text| text.value)
            };
            let kind = text(self, "type").unwrap_or_default();
            let carried = match kind.as_str() {
                "apiKey" => {
                    let place = match text(self, "in").as_deref() {
                        Some("query") => Some(ParameterIn::Query),
                        Some("header") => Some(ParameterIn::Header),
                        Some("cookie") => Some(ParameterIn::Cookie),
                        _ => None,
                    };
                    place.zip(text(self, "name"))
                }
                "http" | "oauth2" | "openIdConnect" => Some((ParameterIn::Header, "authorization".to_owned())),
                _ => None,
            };
            all.extend(carried.map(|(place, name)| SecurityScheme {
                name: entry.key.value.clone(),
                place,
                parameter: if place == ParameterIn::Header { name.to_lowercase() } else { name },
            }));
        }
        all
    }
}
