//! What the fuzz targets do with their bytes. Here, and not in `fuzz/`, so that the ordinary tests run it over the
//! crashers that were found. A finding is a panic: none of these may.

use crate::{differential, hostile};
use std::hint::black_box;
use std::sync::LazyLock;
use tabella::catalog::Catalog;
use tabella::diag::has_errors;
use tabella::hir::{PolicyKind, World};
use tabella::json;
use tabella::limits::Limits;
use tabella::source::FileId;
use tabella::syntax;
use tabella_runtime::Tables;

/// Small limits, so that one input is quick.
fn limits() -> Limits {
    Limits { file_bytes: 1 << 16, statements: 1_000, files: 4, disjuncts: 64, ..Limits::default() }
}

const FILE: FileId = FileId(0);

/// Lexer and parser take anything; every diagnostic points into the text, at character boundaries.
pub fn lex_parse(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (_, diagnostics) = syntax::parse(FILE, text, &limits());
    for d in &diagnostics {
        for label in d.primary.iter().chain(&d.secondary).filter(|l| !l.span.is_none()) {
            let (start, end) = (label.span.start as usize, label.span.end as usize);
            assert!(text.get(start..end).is_some(), "{} points at {start}..{end}", d.code.0);
        }
    }
}

/// What parses prints, and what is printed parses to the same; `format` is idempotent and keeps every comment.
pub fn print_parse(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let limits = limits();
    let (file, diagnostics) = syntax::parse(FILE, text, &limits);
    if has_errors(&diagnostics) {
        return;
    }
    let printed = syntax::print(&file);
    let (again, diagnostics) = syntax::parse(FILE, &printed, &limits);
    assert!(!has_errors(&diagnostics), "{text}\n---- printed:\n{printed}\n{diagnostics:?}");
    assert_eq!(printed, syntax::print(&again), "of {text}");
    let (formatted, _) = syntax::format(FILE, text, &limits);
    assert!(formatted.is_some(), "parses but does not format: {text}");
    let formatted = formatted.unwrap_or_default();
    let (twice, _) = syntax::format(FILE, &formatted, &limits);
    assert_eq!(Some(&formatted), twice.as_ref(), "format is not idempotent on {text}");
    let (file, diagnostics) = syntax::parse(FILE, &formatted, &limits);
    assert!(!has_errors(&diagnostics), "{formatted}");
    assert_eq!(printed, syntax::print(&file), "format changed the meaning of {text}");
}

/// JSON of any shape: a tree or diagnostics; a policy that imports prints, parses and resolves to the same.
pub fn json_import(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let limits = limits();
    let (node, _) = json::import::read(FILE, text, &limits);
    let Some(node) = node else { return };
    let (answer, diagnostics) = json::import::answer(&node);
    assert!(answer.is_some() || has_errors(&diagnostics), "{diagnostics:?}");
    let _ = json::import::authorization_details(&node);
    for kind in [
        PolicyKind::Identity,
        PolicyKind::Boundary,
        PolicyKind::Session,
        PolicyKind::Scp,
        PolicyKind::Rcp,
        PolicyKind::Resource,
        PolicyKind::Trust,
        PolicyKind::Endpoint,
    ] {
        let (body, diagnostics) = json::import::document(&node, kind);
        let Some(body) = body.filter(|_| !has_errors(&diagnostics)) else { continue };
        let (policy, diagnostics) = tabella::resolve::body(&body, kind, "P", &limits);
        assert_eq!(policy.is_none(), has_errors(&diagnostics), "{diagnostics:?}");
        let Some(policy) = policy else { continue };
        // Export is a fixed point of import.
        let Ok(exported) = tabella::export::document(&policy) else { continue };
        let exported = exported.to_string();
        let again = crate::estate::import(&exported, kind, "P");
        assert!(again.is_ok(), "{exported} does not come back: {:?}", again.err());
        let Ok(again) = again else { continue };
        let twice = tabella::export::document(&again).map(|v| v.to_string());
        assert_eq!(twice.as_ref().ok(), Some(&exported), "{text}");
    }
}

/// A program goes through every stage or is refused by one with an error; what compiles loads.
pub fn program(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let limits = limits();
    let (tree, diagnostics) = syntax::parse(FILE, text, &limits);
    if has_errors(&diagnostics) {
        return;
    }
    let catalog = Catalog::default();
    let unit = tabella::resolve::SourceUnit { file: FILE, name: "main.tabella".into(), tree };
    let (checked, diagnostics) = tabella::resolve::program(&[unit], &catalog, &limits);
    assert_eq!(checked.is_none(), has_errors(&diagnostics), "{diagnostics:?}");
    let Some(checked) = checked else { return };
    let again = tabella::resolve::Checked::new(checked.world().clone());
    assert!(again.is_ok(), "resolved but not valid: {:?}", again.err());
    if let Err(why) = differential::compile_with(checked.world(), catalog, &limits) {
        assert!(why.starts_with('T'), "{why}");
    }
}

/// Bytes are the choices that make a world and requests: the evaluators agree on every one.
pub fn compile_vs_reference(data: &[u8]) {
    let mut rng = crate::Rng::from_bytes(data);
    let world = crate::generate::world_from(&mut rng, crate::Size::SMALL);
    let compiled = differential::compile_with(&world, Catalog::default(), &Limits::default());
    assert!(compiled.is_ok(), "{:?}\n{}", compiled.err(), crate::describe::world(&world));
    let Ok(compiled) = compiled else { return };
    let loaded = compiled.load();
    assert!(loaded.is_ok(), "{:?}", loaded.err());
    let Ok(loaded) = loaded else { return };
    let aimer = crate::Aimer::new(&world);
    for _ in 0..20 {
        let request = aimer.request(&mut rng);
        if let Err(what) = differential::compare(&loaded, &request) {
            let (world, request, what) = differential::shrunk(&world, &request, &what);
            let (world, request) = (crate::describe::world(&world), crate::describe::request(&request));
            assert_eq!(what, "", "{world}{request}");
        }
    }
}

/// Small worlds and their artifacts, made once.
static ARTIFACTS: LazyLock<Vec<(World, Vec<u8>)>> = LazyLock::new(|| {
    let made = (0..8).map(|seed| {
        let world = crate::world(seed, crate::Size::SMALL);
        let compiled = differential::compile_with(&world, Catalog::default(), &Limits::default());
        compiled.map(|c| (world, c.bytes))
    });
    made.flatten().collect()
});

/// An artifact of a small world with bytes changed and checksums mended loads as an error, or decides.
///
/// Three bytes of input are one change: two say where, one says what. The first byte picks the world.
pub fn artifact_load(data: &[u8]) {
    crate::artifacts::poke(data, &[]);
    let Some((seed, edits)) = data.split_first() else { return };
    let Some((world, bytes)) = ARTIFACTS.get(usize::from(*seed % 8)) else { return };
    let mut bytes = bytes.clone();
    for edit in edits.chunks_exact(3) {
        let place = usize::from(edit[0]) << 8 | usize::from(edit[1]);
        let at = (place * bytes.len()) >> 16;
        if let Some(byte) = bytes.get_mut(at) {
            *byte = edit[2];
        }
    }
    crate::artifacts::mend(&mut bytes);
    let aimer = crate::Aimer::new(world);
    let mut rng = crate::Rng::new(u64::from(*seed));
    let requests: Vec<_> = (0..4).map(|_| aimer.request(&mut rng)).collect();
    crate::artifacts::poke(&bytes, &requests);
}

/// Runs a piece of work, and may run it again; a fuzz target measures what the work takes, a test only lets it end.
pub type Watch<'w> = dyn FnMut(&'static str, &dyn Fn()) + 'w;

/// A hostile source or JSON file goes through every command that reads such a file. The bytes are the choices that make it.
pub fn hostile(data: &[u8], watch: &mut Watch<'_>) {
    let input = hostile::input(&mut crate::Rng::from_bytes(data));
    for (name, command) in hostile::commands::of(input.form) {
        watch(name, &|| command(&input));
    }
}

/// A hostile artifact loads or is refused, and what loads decides the costliest requests that are found for it.
pub fn hostile_artifact(data: &[u8], watch: &mut Watch<'_>) {
    let Some(hostile) = hostile::artifact::artifact(&mut crate::Rng::from_bytes(data)) else { return };
    watch("load", &|| {
        let _ = black_box(Tables::load(&hostile.bytes));
    });
    let Ok(tables) = Tables::load(&hostile.bytes) else { return };
    for request in &hostile.requests {
        let _ = request.with(|request| {
            watch("decide", &|| {
                black_box(tables.decide(request));
            });
            watch("explain", &|| {
                tables.explain(request, &mut |finding| {
                    black_box(finding);
                });
            });
        });
    }
}
