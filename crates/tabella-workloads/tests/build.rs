//! The workloads build, are as large as they say, and are the same each time.

use tabella::hir::{Condition, Effect, PolicyKind};
use tabella_runtime::{Context, Gate, Request, Tables, Values};
use tabella_workloads::{compile, conditional, managed, simple};

#[test]
fn simple_workloads_have_their_statements() {
    let (w1, _) = simple::w1();
    assert_eq!(w1.statements(), 5);
    let (w2, model) = simple::w2_w3("W2", 1_000);
    // The guardrail holds the five denies and the allow beside them.
    assert_eq!(w2.statements(), 13_006);
    assert_eq!(model.principals.len(), 1_000);
    assert_eq!(w2.requests.len(), 262_144);
}

#[test]
fn w4_is_deterministic_and_of_its_size() {
    let size = managed::Size { requests: 500, ..managed::Size::of(3_000, 400) };
    let (a, b) = (managed::w4(size).unwrap(), managed::w4(size).unwrap());
    assert!((3_000..4_500).contains(&a.statements()), "{}", a.statements());
    assert_eq!(a.world.identities.len(), 400);
    let same =
        a.requests.iter().zip(&b.requests).all(|(x, y)| x.resource == y.resource && x.action == y.action);
    assert!(same);
}

#[test]
fn w5_is_w4_within_a_perimeter() {
    let size = managed::Size { requests: 500, ..managed::Size::of(3_000, 400) };
    let (w4, w5) = (managed::w4(size).unwrap(), managed::w5(size).unwrap());
    assert_eq!(w5.statements(), w4.statements() + 5);
    let (a, b) = (compile::artifact(&w4).unwrap(), compile::artifact(&w5).unwrap());
    let (a, b) = (Tables::load(&a).unwrap(), Tables::load(&b).unwrap());
    let insecure = |request: &Request<'static>| {
        let mut entries = request.context.entries().to_vec();
        for entry in entries.iter_mut().filter(|entry| entry.key == "aws:SecureTransport") {
            entry.values = Values::One("false");
        }
        Request { context: Context::new(entries.leak()).unwrap(), ..*request }
    };
    let mut shut = 0;
    for request in &w4.requests {
        assert_eq!(a.decide(request), b.decide(request), "{request:?}");
        shut += usize::from(b.decide(&insecure(request)).gate == Gate::Rcp);
    }
    assert!(shut > 20, "{shut}");
}

#[test]
fn so_many_statements_have_conditions() {
    let mut workload = managed::w4(managed::Size { requests: 1, ..managed::Size::of(3_000, 400) }).unwrap();
    for percent in [0, 25, 100] {
        conditional::share(&mut workload, percent).unwrap();
        let of_identities = workload.world.policies.iter().filter(|p| p.kind == PolicyKind::Identity);
        let allows = of_identities.flat_map(|p| &p.statements).filter(|s| s.effect == Effect::Allow);
        let (mut all, mut some) = (0, 0);
        for statement in allows {
            all += 1;
            some += usize::from(statement.condition != Condition::TRUE);
        }
        assert!(all > 2_000 && (some * 100).abs_diff(all * percent) <= all * 3, "{some} of {all}");
    }
}
