//! Points in time as people write them: ISO 8601, or seconds since 1970.

use crate::resolve::values;
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Whole seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub i64);

impl Time {
    /// The system's clock, once for a run, so that all its requests are of one instant.
    pub fn now() -> Self {
        Time(jiff::Timestamp::now().as_second())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(time) => time.fmt(f),
            Err(_) => self.0.fmt(f),
        }
    }
}

impl FromStr for Time {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match values::date(text) {
            Some(at) if at.nanos == 0 => Ok(Time(at.seconds)),
            Some(_) => Err("a time has whole seconds".to_owned()),
            None => Err("a time is written `2026-12-01T09:30:00Z`, or as seconds since 1970".to_owned()),
        }
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Time;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time: ISO 8601 in a string, or seconds since 1970")
            }
            fn visit_i64<E: Error>(self, seconds: i64) -> Result<Time, E> {
                Ok(Time(seconds))
            }
            fn visit_u64<E: Error>(self, seconds: u64) -> Result<Time, E> {
                i64::try_from(seconds)
                    .map(Time)
                    .map_err(|_| E::invalid_value(Unexpected::Unsigned(seconds), &self))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Time, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
