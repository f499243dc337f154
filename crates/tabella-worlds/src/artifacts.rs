//! Damaged artifacts: bytes changed, checksums mended, so that what lies behind the checksums is tested.

use crate::request::Owned;
use tabella_runtime::layout::{HEADER_BYTES, SECTION_BYTES, Section, header};
use tabella_runtime::{Decision, IdContext, IdRequest, Request, Tables};

/// Makes the checksums of an artifact right again, as far as its section table leads anywhere.
pub fn mend(bytes: &mut [u8]) {
    let table = HEADER_BYTES + Section::ALL.len() * SECTION_BYTES;
    if bytes.len() < table {
        return;
    }
    let length = bytes.len() as u64;
    bytes[header::LENGTH..header::LENGTH + 8].copy_from_slice(&length.to_le_bytes());
    for number in 0..Section::ALL.len() {
        let entry = HEADER_BYTES + number * SECTION_BYTES;
        let word =
            |at: usize| u64::from_le_bytes(bytes[entry + at..entry + at + 8].try_into().unwrap_or_default());
        let element = u64::from(word(4) as u32);
        let start = word(8) as usize;
        let len = word(16).saturating_mul(element) as usize;
        if let Some(content) = bytes.get(start..start.saturating_add(len)) {
            let crc = crc32fast::hash(content);
            bytes[entry + 24..entry + 28].copy_from_slice(&crc.to_le_bytes());
        }
    }
    let crc = tabella_runtime::header_crc(&bytes[..table]);
    bytes[header::CRC..header::CRC + 4].copy_from_slice(&crc.to_le_bytes());
}

/// Loads bytes and asks whatever they answer; whether they loaded. Must not panic.
pub fn poke(bytes: &[u8], requests: &[Owned]) -> bool {
    let Ok(tables) = Tables::load(bytes) else { return false };
    for request in requests {
        let _ = request.with(|r| {
            tables.explain(r, &mut |finding| {
                std::hint::black_box(finding);
            });
            ask_by_ids(&tables, r);
            tables.decide(r)
        });
    }
    true
}

fn ask_by_ids(tables: &Tables<'_>, request: &Request<'_>) {
    let (Some(principal), Some(action)) =
        (tables.principal_id(request.principal), tables.action_id(request.action))
    else {
        return;
    };
    let asked = IdRequest {
        principal,
        session_name: None,
        action,
        resource: request.resource,
        context: IdContext::EMPTY,
        extras: Some(request.extras()),
    };
    let plain = IdRequest { extras: None, ..asked };
    let nothing = Decision::default();
    let mut decisions = [nothing; 4];
    // Fewer decisions than requests: the last one is not asked.
    assert_eq!(tables.decide_batch(&[asked, plain, asked, plain, plain], &mut decisions), 4);
    for (request, decision) in [asked, plain, asked, plain].iter().zip(decisions) {
        assert_eq!(tables.decide_ids(request), decision, "a batch decides as it does alone");
    }
}
