//! Reference against tables: same outcome, same gate, and reasons that agree, on every request.

use crate::request::Owned;
use std::collections::BTreeSet;
use tabella::catalog::Catalog;
use tabella::diag::{Diagnostic, has_errors};
use tabella::hir::World;
use tabella::limits::Limits;
use tabella::resolve::Checked;
use tabella::source::SourceMap;
use tabella_runtime::{Decision, Gate, Request, Tables};

/// A world with its tables.
pub struct Compiled {
    /// The checked world.
    pub checked: Checked,
    /// Shipped and declared services.
    pub catalog: Catalog,
    /// The artifact.
    pub bytes: Vec<u8>,
    /// The same without rows, so that every set is decided by its per-policy tables.
    pub slow: Vec<u8>,
    /// The same with all outcomes of tests kept for the time of a decision.
    pub keeping: Vec<u8>,
}

/// Compiles a world as the command does.
pub fn compile(world: &World) -> Result<Compiled, String> {
    let catalog = Catalog::shipped().with_services(&world.services);
    compile_with(world, catalog, &Limits::default())
}

/// Compiles a world against some services within some limits.
pub fn compile_with(world: &World, catalog: Catalog, limits: &Limits) -> Result<Compiled, String> {
    let catalog = catalog.with_services(&world.services);
    let checked = Checked::new(world.clone()).map_err(|d| first(&d))?;
    let (form, diagnostics) = tabella::normalize::normalize(&checked, limits);
    let form = form.filter(|_| !has_errors(&diagnostics)).ok_or_else(|| first(&diagnostics))?;
    let (tables, _) = tabella::lower::lower(&form, &catalog, &SourceMap::default(), limits);
    let options = tabella::artifact::WriteOptions::default();
    let bytes = tabella::artifact::write(&tables, limits, &options).map_err(|d| first(&[d]))?;
    let keep = tabella::artifact::WriteOptions { keep: true, ..options.clone() };
    let keeping = tabella::artifact::write(&tables, limits, &keep).map_err(|d| first(&[d]))?;
    let mut slow = tables;
    for set in &mut slow.sets {
        set.tabled = false;
        set.rows.clear();
    }
    let slow = tabella::artifact::write(&slow, limits, &options).map_err(|d| first(&[d]))?;
    Ok(Compiled { checked, catalog, bytes, slow, keeping })
}

/// Whether a world is refused for the work that one decision on it may take. Few are, by their patterns.
pub fn is_too_costly(refused: &str) -> bool {
    refused.starts_with(tabella::diag::codes::lower::DECISION_WORK.0)
}

fn first(diagnostics: &[Diagnostic]) -> String {
    let worst = diagnostics.iter().find(|d| d.is_error()).or(diagnostics.first());
    worst.map_or("no diagnostic".to_string(), |d| format!("{}: {}", d.code.0, d.message))
}

/// One reason: side of a request through an access point, gate, level, policy, statement, effect; as text that both
/// evaluators spell the same.
type Reason = (String, String, usize, String, usize, String);

/// The loaded tables of a world.
pub struct Loaded<'c> {
    compiled: &'c Compiled,
    tables: Tables<'c>,
    slow: Tables<'c>,
    keeping: Tables<'c>,
}

impl Compiled {
    /// Loads the artifacts.
    pub fn load(&self) -> Result<Loaded<'_>, String> {
        let load = |bytes| Tables::load(bytes).map_err(|e| format!("the artifact does not load: {e}"));
        let (tables, slow, keeping) = (load(&self.bytes)?, load(&self.slow)?, load(&self.keeping)?);
        Ok(Loaded { compiled: self, tables, slow, keeping })
    }
}

/// Compares the evaluators on one request; the reference's decision, or what differs.
pub fn compare(loaded: &Loaded<'_>, request: &Owned) -> Result<Decision, String> {
    request.with(|r| compare_lent(loaded, r))?
}

fn compare_lent(loaded: &Loaded<'_>, request: &Request<'_>) -> Result<Decision, String> {
    let (compiled, tables) = (loaded.compiled, &loaded.tables);
    let world = compiled.checked.world();
    let expected = tabella::reference::evaluate(world, &compiled.catalog, request);
    let got = tables.decide(request);
    if got != expected.decision {
        return Err(format!("reference {:?}, decide {got:?}", expected.decision));
    }
    let by_policies = loaded.slow.decide(request);
    if by_policies != got {
        return Err(format!("decide {got:?}, without rows {by_policies:?}"));
    }
    let keeping = loaded.keeping.decide(request);
    if keeping != got {
        return Err(format!("decide {got:?}, with tests kept {keeping:?}"));
    }
    let explained = loaded.keeping.explain(request, &mut |_| ());
    if explained != got || loaded.keeping.malformed(request) != tables.malformed(request) {
        return Err(format!("decide {got:?}, explain with tests kept {explained:?}"));
    }
    // R152: which evaluation the answer is of. Of a caller or action that can't be understood there is none.
    let side = tables.sides(request).map(|sides| format!("{:?}", sides.decisive()));
    let by_reference = expected.side.map(|side| format!("{side:?}"));
    if side != by_reference && got.gate != Gate::Request {
        return Err(format!("side: reference {by_reference:?}, tables {side:?}"));
    }
    let mut reasons: Vec<Reason> = Vec::new();
    let explained = tables.explain(request, &mut |f| {
        let effect = format!("{:?}", f.effect);
        let side = format!("{:?}", f.side);
        reasons.push((side, format!("{:?}", f.gate), f.level, f.policy.to_string(), f.statement, effect));
    });
    if explained != got {
        return Err(format!("decide {got:?}, explain {explained:?}"));
    }
    let malformed = tables.malformed(request);
    if malformed.is_some() != (got.gate == Gate::Request) {
        return Err(format!("decide {got:?}, malformed {malformed:?}"));
    }
    let theirs: BTreeSet<Reason> = reasons.into_iter().collect();
    let ours: BTreeSet<Reason> = expected
        .findings
        .iter()
        .map(|f| {
            let policy = world.policies.get(f.policy.index()).map_or("?", |p| &*p.name).to_string();
            let (side, gate) = (format!("{:?}", f.side), format!("{:?}", f.gate));
            (side, gate, f.level, policy, f.statement, format!("{:?}", f.effect))
        })
        .collect();
    if ours != theirs {
        let missing: Vec<&Reason> = ours.difference(&theirs).collect();
        let extra: Vec<&Reason> = theirs.difference(&ours).collect();
        return Err(format!("reasons: only reference {missing:?}, only tables {extra:?}"));
    }
    // Who is silent, by gate, level and name.
    let mut unsaid: BTreeSet<(String, usize, String)> = BTreeSet::new();
    tables.silent(request, &mut |s| {
        unsaid.insert((format!("{:?}", s.gate), s.level, s.policy.to_string()));
    });
    let silent = expected.silent.iter().map(|s| {
        let policy = world.policies.get(s.policy.index()).map_or("?", |p| &*p.name).to_string();
        (format!("{:?}", s.gate), s.level, policy)
    });
    let silent: BTreeSet<_> = silent.collect();
    if silent != unsaid {
        return Err(format!("reasons: silent by the reference {silent:?}, by the tables {unsaid:?}"));
    }
    Ok(expected.decision)
}

/// What differs on a world and request that may not even compile.
pub fn difference(world: &World, request: &Owned) -> Option<String> {
    let compiled = compile(world).ok()?;
    let loaded = compiled.load().ok()?;
    request.with(|r| compare_lent(&loaded, r).err()).ok()?
}

/// A smaller world and request with the same kind of difference, and what differs there.
pub fn shrunk(world: &World, request: &Owned, what: &str) -> (World, Owned, String) {
    // Reasons differ in detail while the world shrinks; decisions must stay the two they were.
    let kind =
        |what: &str| if what.starts_with("reasons") { "reasons".to_string() } else { what.to_string() };
    let wanted = kind(what);
    let mut same = |w: &World, r: &Owned| difference(w, r).is_some_and(|d| kind(&d) == wanted);
    let (world, request) = crate::shrink::shrink(world, request, &mut same);
    let what = difference(&world, &request).unwrap_or_else(|| what.to_string());
    (world, request, what)
}
