//! The AWS managed policies that are shipped: texts of AWS, as of a day. Must not know what a policy means.
//!
//! Dumps and sources refer to these policies by ARN. A document that a dump holds is newer or older than the shipped one, but
//! it is what the account has, so the shipped one is for references that nothing else explains.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::OnceLock;

const PACKED: &[u8] = include_bytes!("data/policies.txt.gz");

/// A set of AWS managed policies.
#[derive(Debug, Default)]
pub struct Managed {
    /// Where they are from.
    pub source: String,
    /// The date of the newest, as `2026-11-30`.
    pub date: String,
    policies: BTreeMap<String, Policy>,
}

/// One policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The default version, as `v3`.
    pub version: String,
    /// When that version was made, as `2026-11-30`.
    pub date: String,
    /// The document, as JSON.
    pub document: String,
}

impl Managed {
    /// The shipped set. Unpacking takes some milliseconds the first time.
    pub fn shipped() -> &'static Managed {
        static SHIPPED: OnceLock<Managed> = OnceLock::new();
        SHIPPED.get_or_init(|| {
            let mut text = String::new();
            // The data is fixed at build time; a test fails when it does not unpack.
            let _ = flate2::read::GzDecoder::new(PACKED).read_to_string(&mut text);
            Managed::read(&text)
        })
    }

    /// Lines of tab-separated fields, the first with source and date: ARN, version, date, document.
    fn read(text: &str) -> Managed {
        let mut managed = Managed::default();
        for line in text.lines() {
            let fields: Vec<&str> = line.splitn(4, '\t').collect();
            match *fields.as_slice() {
                ["#", source, date] => (managed.source, managed.date) = (source.to_owned(), date.to_owned()),
                [arn, version, date, document] => {
                    let (version, date) = (version.to_owned(), date.to_owned());
                    managed
                        .policies
                        .insert(arn.to_owned(), Policy { version, date, document: document.to_owned() });
                }
                _ => {}
            }
        }
        managed
    }

    /// The policy of an ARN.
    pub fn get(&self, arn: &str) -> Option<&Policy> {
        self.policies.get(arn)
    }

    /// All policies with their ARNs, in order of ARN.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Policy)> {
        self.policies.iter().map(|(arn, policy)| (&**arn, policy))
    }
}

#[cfg(test)]
mod tests;
