//! Requests by ids, as a service that keeps them asks.

use tabella_runtime::{IdContext, IdRequest, KeyId, Request, Tables, Values};

/// The requests whose principal and action have ids, so that every way of asking is asked the same.
pub fn known(tables: &Tables<'_>, requests: &[Request<'static>]) -> Vec<Request<'static>> {
    let has_ids =
        |r: &&Request<'_>| tables.principal_id(r.principal).is_some() && tables.action_id(r.action).is_some();
    requests.iter().filter(has_ids).copied().collect()
}

/// The same requests by ids, which have no extras; their contexts live as long as the process.
pub fn by_ids<'a>(tables: &Tables<'a>, requests: &[Request<'static>]) -> Result<Vec<IdRequest<'a>>, String> {
    // Looking a key up goes through all of them; a service does it once.
    let mut keys: Vec<(&str, Option<KeyId>)> = Vec::new();
    requests
        .iter()
        .map(|r| {
            let mut entries: Vec<(KeyId, Values<'a>)> = Vec::new();
            for e in r.context.entries() {
                let found = keys.iter().find(|(k, _)| *k == e.key).map(|(_, id)| *id);
                let id = found.unwrap_or_else(|| {
                    let id = tables.key_id(e.key);
                    keys.push((e.key, id));
                    id
                });
                entries.extend(id.map(|id| (id, e.values)));
            }
            Ok(IdRequest {
                principal: tables.principal_id(r.principal).ok_or("a principal without id")?,
                session_name: None,
                action: tables.action_id(r.action).ok_or("an action without id")?,
                resource: r.resource,
                context: IdContext::new(tables, entries.leak()).map_err(|e| format!("{e:?}"))?,
                extras: None,
            })
        })
        .collect()
}
