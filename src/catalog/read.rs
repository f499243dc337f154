//! The shipped data file: lines of tab-separated fields, packed with gzip. `examples/regenerate-catalog.rs`
//! writes it.
//!
//! ```text
//! #  source and date
//! S  prefix  name  rcp(0|1)         a service; what follows belongs to it
//! R  type  arn                      a resource type
//! A  Name  0 2 …                    an action and its resource types by place
//! K  key  type  list(0|1) fam(0|1)  a condition key
//! ```

use super::{Action, Catalog, Key, KeyType, Keys, ResourceType, Service};
use std::io::Read;
use std::sync::Arc;

const PACKED: &[u8] = include_bytes!("data/catalog.txt.gz");

/// Reads the shipped data. The file is part of the program and a test reads it whole; a line that can't be read
/// is left out, which makes names unknown and nothing wider.
pub(super) fn shipped() -> Catalog {
    let mut text = String::new();
    // The data is fixed at build time; a test fails when it does not unpack.
    let _ = flate2::read::GzDecoder::new(PACKED).read_to_string(&mut text);
    read(&text)
}

fn read(text: &str) -> Catalog {
    let mut services: Vec<Service> = Vec::new();
    let mut keys = Keys::default();
    let mut source = None;
    for line in text.lines() {
        let mut fields = line.split('\t');
        let kind = fields.next().unwrap_or("");
        let mut field = || fields.next().unwrap_or("");
        match kind {
            "#" => source = Some(field().into()),
            "S" => {
                let (prefix, name, rcp) = (field().to_owned(), field().to_owned(), field() == "1");
                services.push(Service { prefix, name, rcp, ..Service::default() });
            }
            "K" => {
                let (name, ty, list, family) = (field().to_owned(), field(), field() == "1", field() == "1");
                let ty = KeyType::parse(ty).unwrap_or(KeyType::String);
                keys.insert(Key { name, ty, list, family });
            }
            "R" | "A" => {
                let (first, second) = (field(), field());
                let Some(service) = services.last_mut() else { continue };
                if kind == "R" {
                    service
                        .resource_types
                        .push(ResourceType { name: first.to_owned(), arn: second.to_owned() });
                } else {
                    let resource_types =
                        second.split_ascii_whitespace().filter_map(|t| t.parse().ok()).collect();
                    let lower = first.to_ascii_lowercase();
                    service.actions.push(Action { name: first.to_owned(), lower, resource_types });
                }
            }
            _ => {}
        }
    }
    let services = services.into_iter().map(Arc::new).collect();
    Catalog { services, keys: Arc::new(keys), declared_keys: Vec::new(), source }
}
