//! Decides recorded requests, to be counted by callgrind (`scripts/instructions.sh`):
//! `count ARTIFACT REQUESTS strings|ids|batch|context|id-context|every`; `every` is by strings, and takes requests without
//! ids, too. `context` and `id-context` make contexts ready, and decide nothing.
//!
//! `tabella-workloads` records both files (its module `record`). It is an example of this crate, and not of that one,
//! so that the gate builds the runtime alone. Only `counted_…` is counted; before it the first half of the requests
//! is decided to fill the caches, and each request's own bytes are read, as they have just been by a service that
//! received it.

use std::hint::black_box;
use tabella_runtime::layout::ALIGN;
use tabella_runtime::{
    Context, Decision, Entry, Gate, IdContext, IdRequest, KeyId, Outcome, Request, Tables, Values, aligned,
};

/// Requests that one batch holds.
const BATCH: usize = 1_024;

#[inline(never)]
fn counted_strings(tables: &Tables<'_>, request: &Request<'_>) -> Decision {
    tables.decide(request)
}

#[inline(never)]
fn counted_ids(tables: &Tables<'_>, request: &IdRequest<'_>) -> Decision {
    tables.decide_ids(request)
}

#[inline(never)]
fn counted_batch(tables: &Tables<'_>, requests: &[IdRequest<'_>], decisions: &mut [Decision]) -> usize {
    tables.decide_batch(requests, decisions)
}

#[inline(never)]
fn counted_context<'a>(entries: &'a [Entry<'a>]) -> bool {
    Context::new(entries).is_ok()
}

#[inline(never)]
fn counted_id_context<'a>(tables: &Tables<'a>, entries: IdEntries<'a>) -> bool {
    IdContext::new(tables, entries).is_ok()
}

/// A line: principal, action, resource, then key and value in turn, all apart by U+001F.
fn recorded(line: &str) -> Option<Request<'_>> {
    let mut fields = line.split('\u{1f}');
    let (principal, action, resource) = (fields.next()?, fields.next()?, fields.next()?);
    let mut entries = Vec::new();
    while let Some(key) = fields.next() {
        entries.push(Entry { key, values: Values::One(fields.next()?) });
    }
    let context = Context::new(entries.leak()).ok()?;
    Some(Request { principal, action, resource, context, extras: None })
}

type IdEntries<'a> = &'a [(KeyId, Values<'a>)];

/// The same by ids, and its context's entries; `None` when the tables know no such principal or action.
fn by_ids<'a>(tables: &Tables<'a>, request: &Request<'a>) -> Option<(IdRequest<'a>, IdEntries<'a>)> {
    let known = |e: &Entry<'a>| tables.key_id(e.key).map(|key| (key, e.values));
    let entries: Vec<(KeyId, Values<'a>)> = request.context.entries().iter().filter_map(known).collect();
    let entries = &*entries.leak();
    let request = IdRequest {
        principal: tables.principal_id(request.principal)?,
        session_name: None,
        action: tables.action_id(request.action)?,
        resource: request.resource,
        context: IdContext::new(tables, entries).ok()?,
        extras: None,
    };
    Some((request, entries))
}

fn touch(text: &str) -> u64 {
    text.bytes().map(u64::from).sum()
}

fn touch_value(values: &Values<'_>) -> u64 {
    match values {
        Values::One(text) => touch(text),
        Values::Many(texts) => texts.iter().map(|t| touch(t)).sum(),
    }
}

fn touch_request(request: &Request<'_>) -> u64 {
    black_box(*request);
    let context = request.context.entries().iter().map(|e| touch(e.key) + touch_value(&e.values));
    touch(request.principal) + touch(request.action) + touch(request.resource) + context.sum::<u64>()
}

fn touch_ids(request: &IdRequest<'_>, entries: IdEntries<'_>) -> u64 {
    black_box(*request);
    entries.iter().map(|e| touch_value(&black_box(*e).1)).sum::<u64>() + touch(request.resource)
}

/// Decides by strings, whether or not there are ids.
fn every(tables: &Tables<'_>, asked: &[Request<'_>]) -> Result<(), String> {
    let (warm, counted) = asked.split_at(asked.len() / 2);
    for request in warm {
        black_box(tables.decide(black_box(request)));
    }
    let mut allowed = 0;
    for request in counted {
        black_box(touch_request(request));
        allowed += usize::from(counted_strings(tables, request).is_allowed());
    }
    println!("{} decisions, {allowed} allowed", counted.len());
    Ok(())
}

fn main() -> Result<(), String> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [artifact, requests, mode] = args.as_slice() else { return Err("three arguments".into()) };
    let bytes = std::fs::read(artifact).map_err(|e| format!("{artifact}: {e}"))?;
    let text = std::fs::read_to_string(requests).map_err(|e| format!("{requests}: {e}"))?;
    let mut room = vec![0; bytes.len() + ALIGN];
    let bytes = aligned(&bytes, &mut room).ok_or("no room")?;
    let tables = Tables::load(bytes).map_err(|e| e.to_string())?;
    let asked: Vec<Request<'_>> =
        text.lines().map(|l| recorded(l).ok_or("a malformed line")).collect::<Result<_, _>>()?;
    if mode == "every" {
        return every(&tables, &asked);
    }
    // All three ways are asked the same: what has an id.
    let (asked, ids): (Vec<_>, Vec<_>) =
        asked.iter().filter_map(|r| by_ids(&tables, r).map(|i| (*r, i))).unzip();
    let (ids, entries): (Vec<_>, Vec<_>) = ids.into_iter().unzip();
    let half = asked.len() / 2;
    let (warm, counted) = asked.split_at(half);
    for request in warm {
        black_box(tables.decide(black_box(request)));
    }
    let ids = ids.get(half..).unwrap_or_default();
    let entries = entries.get(half..).unwrap_or_default();
    let mut allowed = 0;
    match mode.as_str() {
        "strings" => {
            for request in counted {
                black_box(touch_request(request));
                allowed += usize::from(counted_strings(&tables, request).is_allowed());
            }
        }
        "ids" => {
            for (request, entries) in ids.iter().zip(entries) {
                black_box(touch_ids(request, entries));
                allowed += usize::from(counted_ids(&tables, request).is_allowed());
            }
        }
        "batch" => {
            let none = Decision { outcome: Outcome::ImplicitDeny, gate: Gate::Request };
            let mut decisions = [none; BATCH];
            for (requests, entries) in ids.chunks(BATCH).zip(entries.chunks(BATCH)) {
                for (request, entries) in requests.iter().zip(entries) {
                    black_box(touch_ids(request, entries));
                }
                let n = counted_batch(&tables, requests, &mut decisions);
                allowed += decisions.iter().take(n).filter(|d| d.is_allowed()).count();
            }
        }
        "context" => {
            for request in counted {
                black_box(touch_request(request));
                allowed += usize::from(counted_context(request.context.entries()));
            }
        }
        "id-context" => {
            for (request, entries) in ids.iter().zip(entries) {
                black_box(touch_ids(request, entries));
                allowed += usize::from(counted_id_context(&tables, entries));
            }
        }
        other => return Err(format!("no way of asking: {other}")),
    }
    println!("{} decisions, {allowed} allowed", counted.len());
    Ok(())
}
