//! Asking by ids, and in batches, answers what asking by names answers.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use tabella_runtime::{
    ContextError, Decision, Entry, Gate, IdContext, IdRequest, KeyId, Outcome, Request, Tables, Values,
};
use tabella_worlds::differential::compile;
use tabella_worlds::{Aimer, Owned, Rng, Size, world};

/// The request's principal as an id, with the session's name if it is one.
fn principal<'a>(
    tables: &Tables<'_>,
    arn: &'a str,
) -> Option<(tabella_runtime::PrincipalId, Option<&'a str>)> {
    if let Some(id) = tables.principal_id(arn) {
        return Some((id, None));
    }
    let (head, rest) = arn.split_once(":assumed-role/")?;
    let (role, session) = rest.split_once('/')?;
    let plain = format!("{}:role/{role}", head.replace(":sts:", ":iam:"));
    Some((tables.principal_id(&plain)?, Some(session)))
}

/// The context by ids; keys nobody asks for are left out.
fn entries<'a>(tables: &Tables<'_>, request: &Request<'a>) -> Vec<(KeyId, Values<'a>)> {
    let id = |e: &Entry<'a>| Some((tables.key_id(e.key)?, e.values));
    request.context.entries().iter().filter_map(id).collect()
}

fn by_ids<'a>(
    tables: &Tables<'a>,
    request: &Request<'a>,
    entries: &'a [(KeyId, Values<'a>)],
) -> Option<IdRequest<'a>> {
    let (principal, session_name) = principal(tables, request.principal)?;
    Some(IdRequest {
        principal,
        session_name,
        action: tables.action_id(request.action)?,
        resource: request.resource,
        context: IdContext::new(tables, entries).unwrap(),
        extras: request.extras,
    })
}

const NOTHING: Decision = Decision { outcome: Outcome::ImplicitDeny, gate: Gate::Request };

#[test]
fn ids_and_batches_decide_as_names_do() {
    let (mut asked, mut allowed, mut with_any, mut through) = (0, 0, 0, 0);
    for seed in 0..40 {
        let world = world(seed, Size::SMALL);
        let Ok(compiled) = compile(&world) else { continue };
        let tables = Tables::load(&compiled.bytes).unwrap();
        let aimer = Aimer::new(&world);
        let mut rng = Rng::new(seed);
        for _ in 0..150 {
            let owned = aimer.request(&mut rng);
            let tried = owned.with(|request| {
                if request.context.is_complete() {
                    return;
                }
                let entries = entries(&tables, request);
                let Some(ids) = by_ids(&tables, request, &entries) else { return };
                let expected = tables.decide(request);
                assert_eq!(tables.decide_ids(&ids), expected, "{request:?}");
                // Extras that say nothing are as good as none.
                let with_extras = IdRequest { extras: Some(request.extras()), ..ids };
                assert_eq!(tables.decide_ids(&with_extras), expected, "{request:?}");
                with_any += u32::from(ids.extras.is_some());
                through += u32::from(tables.sides(request).is_some());
                let mut decisions = [NOTHING; 40];
                let counted = allocation_counter::measure(|| {
                    tables.decide_ids(&ids);
                    assert_eq!(tables.decide_batch(&[ids; 35], &mut decisions), 35);
                });
                assert_eq!(counted.count_total, 0);
                assert!(decisions[..35].iter().all(|d| *d == expected));
                assert!(decisions[35..].iter().all(|d| *d == NOTHING));
                asked += 1;
                allowed += u32::from(expected.is_allowed());
            });
            let _ = tried;
        }
    }
    assert!(asked > 1_000 && allowed > 100, "{asked} asked, {allowed} allowed");
    assert!(through > 50, "{through} through access points");
    assert!(with_any > 100 && with_any + 100 < asked, "{with_any} of {asked} with extras");
}

/// Tells `f` of the requests that have ids, all of them at once.
fn together(
    tables: &Tables<'_>,
    left: &[Owned],
    so_far: &[IdRequest<'_>],
    f: &mut dyn FnMut(&[IdRequest<'_>]),
) {
    let Some((first, left)) = left.split_first() else { return f(so_far) };
    let known = first.with(|request| {
        if request.context.is_complete() {
            return together(tables, left, so_far, f);
        }
        let entries = entries(tables, request);
        match by_ids(tables, request, &entries) {
            Some(ids) => together(tables, left, &[so_far, &[ids]].concat(), f),
            _ => together(tables, left, so_far, f),
        }
    });
    if known.is_err() {
        together(tables, left, so_far, f);
    }
}

#[test]
fn requests_of_a_batch_do_not_mix() {
    let (mut batches, mut mixed) = (0, 0);
    for seed in 0..40 {
        let world = world(seed, Size::SMALL);
        let Ok(compiled) = compile(&world) else { continue };
        let tables = Tables::load(&compiled.bytes).unwrap();
        let aimer = Aimer::new(&world);
        let mut rng = Rng::new(seed);
        let owned: Vec<Owned> = (0..120).map(|_| aimer.request(&mut rng)).collect();
        together(&tables, &owned, &[], &mut |requests| {
            let expected: Vec<Decision> = requests.iter().map(|r| tables.decide_ids(r)).collect();
            let mut decisions = vec![NOTHING; requests.len()];
            assert_eq!(tables.decide_batch(requests, &mut decisions), requests.len());
            assert_eq!(decisions, expected);
            batches += 1;
            mixed += usize::from(expected.windows(2).filter(|w| w[0] != w[1]).count() > 16);
        });
    }
    assert!(batches > 20 && mixed > 10, "{batches} batches, {mixed} of them long and mixed");
}

#[test]
fn ids_of_other_tables_are_refused() {
    let mut refused = 0;
    for seed in 0..20 {
        let (here, there) = (world(seed, Size::SMALL), world(seed + 1, Size::SMALL));
        let (Ok(here_compiled), Ok(there_compiled)) = (compile(&here), compile(&there)) else { continue };
        let (here_tables, there_tables) =
            (Tables::load(&here_compiled.bytes).unwrap(), Tables::load(&there_compiled.bytes).unwrap());
        let aimer = Aimer::new(&here);
        let mut rng = Rng::new(seed);
        for _ in 0..50 {
            let owned = aimer.request(&mut rng);
            let tried = owned.with(|request| {
                if request.context.is_complete() {
                    return;
                }
                let entries = entries(&here_tables, request);
                let Some(ids) = by_ids(&here_tables, request, &entries) else { return };
                assert_eq!(there_tables.decide_ids(&ids), NOTHING);
                let mut decisions = [Decision { outcome: Outcome::Allow, gate: Gate::Always }; 3];
                assert_eq!(there_tables.decide_batch(&[ids; 3], &mut decisions), 3);
                assert_eq!(decisions, [NOTHING; 3]);
                if !entries.is_empty() {
                    let context = IdContext::new(&there_tables, &entries);
                    assert_eq!(context.unwrap_err(), ContextError::OtherTables);
                }
                // One id of three is enough.
                if let Some(action) = there_tables.action_id(request.action) {
                    let mixed = IdRequest { action, ..ids };
                    assert_eq!(here_tables.decide_ids(&mixed), NOTHING);
                    // Those beside it are decided all the same.
                    assert_eq!(here_tables.decide_batch(&[ids, mixed, ids], &mut decisions), 3);
                    let expected = here_tables.decide_ids(&ids);
                    assert_eq!(decisions, [expected, NOTHING, expected]);
                    refused += 1;
                }
                if let Some((principal, _)) = principal(&there_tables, request.principal) {
                    assert_eq!(here_tables.decide_ids(&IdRequest { principal, ..ids }), NOTHING);
                }
                let (Some(action), Some((principal, _))) =
                    (there_tables.action_id(request.action), principal(&there_tables, request.principal))
                else {
                    return;
                };
                if !entries.is_empty() {
                    let old_context = IdRequest { principal, action, ..ids };
                    assert_eq!(there_tables.decide_ids(&old_context), NOTHING);
                }
            });
            let _ = tried;
        }
    }
    assert!(refused > 50, "{refused}");
}

/// The content hash of an artifact is what its header says, and anybody can write it there.
#[test]
fn ids_are_refused_by_tables_that_state_the_same_hash() {
    use tabella_runtime::layout::{HEADER_BYTES, SECTION_BYTES, Section, header};
    let mut compared = 0;
    for seed in 0..5 {
        let (Ok(one), Ok(other)) =
            (compile(&world(seed, Size::SMALL)), compile(&world(seed + 1, Size::SMALL)))
        else {
            continue;
        };
        let mut forged = other.bytes.clone();
        let hash = header::CONTENT_HASH..header::CONTENT_HASH + 32;
        forged[hash.clone()].copy_from_slice(&one.bytes[hash]);
        let fixed = HEADER_BYTES + Section::ALL.len() * SECTION_BYTES;
        let crc = tabella_runtime::header_crc(&forged[..fixed]);
        forged[header::CRC..header::CRC + 4].copy_from_slice(&crc.to_le_bytes());
        let (tables, again) = (Tables::load(&one.bytes).unwrap(), Tables::load(&one.bytes).unwrap());
        let forged = Tables::load(&forged).unwrap();
        assert_eq!(tables.content_hash(), forged.content_hash());
        let world = world(seed, Size::SMALL);
        let aimer = Aimer::new(&world);
        let mut rng = Rng::new(seed);
        for _ in 0..150 {
            let tried = aimer.request(&mut rng).with(|request| {
                let Some(ids) = by_ids(&tables, request, &[]).filter(|_| !request.context.is_complete())
                else {
                    return;
                };
                assert_eq!(forged.decide_ids(&ids), NOTHING, "{request:?}");
                assert_eq!(again.decide_ids(&ids), tables.decide_ids(&ids), "{request:?}");
                compared += 1;
            });
            let _ = tried;
        }
    }
    assert!(compared > 100, "{compared} compared");
}
