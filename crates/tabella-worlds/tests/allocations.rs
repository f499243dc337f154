//! No allocation per decision: loading, deciding and explaining, on generated worlds and requests.

use tabella_runtime::Tables;
use tabella_worlds::differential::compile;
use tabella_worlds::{Aimer, Rng, Size, world};

#[test]
fn decisions_allocate_nothing() {
    let (mut decisions, mut findings) = (0, 0);
    for seed in 0..12 {
        let world = world(seed, Size::SMALL);
        let Ok(compiled) = compile(&world) else { continue };
        let aimer = Aimer::new(&world);
        let mut rng = Rng::new(seed);
        for bytes in [&compiled.bytes, &compiled.slow] {
            let loading = allocation_counter::measure(|| {
                std::hint::black_box(Tables::load(bytes).is_ok());
            });
            assert_eq!(loading.count_total, 0, "loading, seed {seed}");
            let tables = Tables::load(bytes).unwrap();
            for _ in 0..100 {
                let request = aimer.request(&mut rng);
                let asked = request.with(|r| {
                    allocation_counter::measure(|| {
                        tables.decide(r);
                        tables.explain(r, &mut |_| findings += 1);
                    })
                });
                let Ok(asked) = asked else { continue };
                assert_eq!(asked.count_total, 0, "seed {seed}, {request:?}");
                decisions += 1;
            }
        }
    }
    assert!(decisions > 500 && findings > 500, "{decisions} decisions, {findings} findings");
}

#[test]
fn the_counter_counts() {
    let counted = allocation_counter::measure(|| drop(std::hint::black_box(vec![1_u8; 100])));
    assert_eq!(counted.count_total, 1);
}
