//! Memory of its own for an artifact. Decisions read here and there in tables, and where these are larger than some megabytes
//! the processor spends a good part of a decision on finding their pages; of large pages there are few.
//!
//! ```no_run
//! # use tabella_runtime::Tables;
//! let pages = tabella_pages::Pages::open("company.tbl")?;
//! let tables = Tables::load(&pages)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

use memmap2::{Mmap, MmapMut};
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::ops::{Deref, Range};
use std::path::Path;

/// Bytes of a large page.
const PAGE: usize = 2 << 20;

/// The bytes of an artifact, in pages of 2 MB where the system has such for it (Linux, with transparent huge pages on `madvise` or
/// `always`), in ordinary pages elsewhere. The bytes are the service's own: no other process writes them.
#[derive(Debug)]
pub struct Pages {
    memory: Mmap,
    artifact: Range<usize>,
}

impl Pages {
    /// Reads an artifact from its file.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Pages> {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            // How long they are is not known before they end.
            return Err(io::Error::new(
                ErrorKind::InvalidInput,
                "folders, pipes and devices hold no artifact",
            ));
        }
        let len = usize::try_from(metadata.len()).map_err(|_| too_large())?;
        Pages::filled(len, |artifact| file.read_exact(artifact))
    }

    /// Copies an artifact.
    pub fn copy(artifact: &[u8]) -> io::Result<Pages> {
        Pages::filled(artifact.len(), |copy| {
            copy.copy_from_slice(artifact);
            Ok(())
        })
    }

    fn filled(len: usize, fill: impl FnOnce(&mut [u8]) -> io::Result<()>) -> io::Result<Pages> {
        // Memory that is not written takes no room, so that the artifact may begin and end with a page.
        let room = len.checked_next_multiple_of(PAGE).and_then(|len| len.checked_add(PAGE));
        let mut memory = MmapMut::map_anon(room.ok_or_else(too_large)?)?;
        // It is advice: a system that does not take it has the same bytes in other pages.
        #[cfg(target_os = "linux")]
        let _ = memory.advise(memmap2::Advice::HugePage);
        let start = memory.as_ptr().align_offset(PAGE);
        let artifact = start..start.checked_add(len).ok_or_else(too_large)?;
        fill(memory.get_mut(artifact.clone()).ok_or_else(too_large)?)?;
        Ok(Pages { memory: memory.make_read_only()?, artifact })
    }
}

impl Deref for Pages {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.memory.get(self.artifact.clone()).unwrap_or_default()
    }
}

fn too_large() -> io::Error {
    io::Error::new(ErrorKind::FileTooLarge, "the artifact is larger than memory may be")
}

#[cfg(test)]
mod tests {
    use super::{PAGE, Pages};
    use std::{env, fs, process};

    #[test]
    fn the_bytes_are_those_of_the_artifact() {
        for len in [0, 1, 63, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE + 12_345] {
            let bytes: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
            let pages = Pages::copy(&bytes).unwrap();
            assert_eq!(*pages, *bytes);
            assert_eq!(pages.as_ptr().align_offset(PAGE), 0, "{len}");
            let file = env::temp_dir().join(format!("tabella-pages-{}-{len}", process::id()));
            fs::write(&file, &bytes).unwrap();
            let opened = Pages::open(&file).unwrap();
            fs::remove_file(&file).unwrap();
            assert_eq!(*opened, *bytes);
        }
        assert!(Pages::open("no such file").is_err());
        assert!(Pages::open(env::temp_dir()).is_err());
    }
}
