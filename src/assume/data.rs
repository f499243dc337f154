//! How chains and kept sessions are written in JSON: times, tags, and claims that have one value or several.

use crate::resolve::values;
use serde::de::{Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use tabella_runtime::Values;

/// What a condition key of a call has: one value, or a list of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Claim {
    /// Single-valued.
    One(String),
    /// Multivalued.
    Many(Vec<String>),
}

impl From<&str> for Claim {
    fn from(text: &str) -> Self {
        Claim::One(text.to_owned())
    }
}

impl From<String> for Claim {
    fn from(text: String) -> Self {
        Claim::One(text)
    }
}

impl From<Vec<String>> for Claim {
    fn from(texts: Vec<String>) -> Self {
        Claim::Many(texts)
    }
}

impl Claim {
    /// Its values.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Claim::One(text) => vec![text],
            Claim::Many(texts) => texts.iter().map(String::as_str).collect(),
        }
    }

    /// Its values as a request has them; `texts` are the claim's own.
    pub(super) fn values<'a>(&self, texts: &'a [&'a str]) -> Values<'a> {
        match (self, texts) {
            (Claim::One(_), [one]) => Values::One(one),
            _ => Values::Many(texts),
        }
    }
}

impl<'de> Deserialize<'de> for Claim {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values;
        impl<'de> Visitor<'de> for Values {
            type Value = Claim;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, a boolean, a whole number, or a list of strings")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Claim, E> {
                Ok(text.into())
            }
            fn visit_bool<E: Error>(self, value: bool) -> Result<Claim, E> {
                Ok(value.to_string().into())
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Claim, E> {
                Ok(value.to_string().into())
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Claim, E> {
                Ok(value.to_string().into())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Claim, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element()? {
                    texts.push(text);
                }
                Ok(Claim::Many(texts))
            }
        }
        deserializer.deserialize_any(Values)
    }
}

/// Pairs in their order, repeated keys included: an object, or a list of lists of two. They are written as the latter.
pub(super) fn pairs<'de, D, T>(deserializer: D) -> Result<Vec<(String, T)>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Pairs<T>(std::marker::PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Pairs<T> {
        type Value = Vec<(String, T)>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object, or a list of pairs")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = map.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = list.next_element()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }
    deserializer.deserialize_any(Pairs(std::marker::PhantomData))
}

/// Seconds since 1970, written in RFC 3339 and read in ISO 8601 or as a number.
pub(super) mod instant {
    use super::{Deserialize, Deserializer, Error, Serializer, Unexpected, Visitor, fmt, timestamp, values};

    pub fn serialize<S: Serializer>(at: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.serialize_some(&timestamp(*at)),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
        Ok(Option::<Instant>::deserialize(deserializer)?.map(|Instant(at)| at))
    }

    struct Instant(i64);

    impl<'de> Deserialize<'de> for Instant {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Read;
            impl Visitor<'_> for Read {
                type Value = Instant;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a time: `2026-12-01T09:30:00Z`, or whole seconds since 1970")
                }
                fn visit_i64<E: Error>(self, seconds: i64) -> Result<Instant, E> {
                    Ok(Instant(seconds))
                }
                fn visit_u64<E: Error>(self, seconds: u64) -> Result<Instant, E> {
                    let seconds = i64::try_from(seconds);
                    seconds
                        .map(Instant)
                        .map_err(|_| E::invalid_value(Unexpected::Other("a time that far off"), &self))
                }
                fn visit_str<E: Error>(self, text: &str) -> Result<Instant, E> {
                    let at = values::date(text).filter(|at| at.nanos == 0);
                    at.map(|at| Instant(at.seconds))
                        .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
                }
            }
            deserializer.deserialize_any(Read)
        }
    }
}

/// RFC 3339 in UTC, as the context keys for times are written.
pub fn timestamp(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |t| t.to_string())
}
