//! Files that the command writes. All of them go through [`write`], so that one place decides what may be replaced.

use super::load::{self, STDIN};
use super::output::{Console, Stop};
use crate::diag::Diagnostic;
use crate::diag::codes::command::UNWRITABLE;
use std::fs::{File, Metadata};
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use tempfile::Builder;

/// Whether an output is standard output: it is not named, or it is `-`.
pub fn is_stdout(output: Option<&Path>) -> bool {
    output.is_none_or(|path| path.as_os_str() == STDIN)
}

/// Writes what a command makes, to a file or to standard output.
pub fn output(path: Option<&Path>, bytes: &[u8], console: &mut Console) -> Result<(), Stop> {
    match path {
        Some(path) if !is_stdout(Some(path)) => write(path, bytes, console),
        _ => {
            // Text of the command holds nothing that a terminal would obey; an artifact is no text.
            if io::stdout().is_terminal() && std::str::from_utf8(bytes).is_err() {
                let finding =
                    Diagnostic::error(UNWRITABLE, "standard output is a terminal, and this is no text");
                return console.refuse(finding.help("name a file, or a pipe after the command"));
            }
            Ok(console.bytes(bytes)?)
        }
    }
}

/// Writes an output of a command: a new file, or one that is replaced. A file that this run has read is refused, also
/// under another name: whoever names a source as the output loses the source.
fn write(path: &Path, bytes: &[u8], console: &mut Console) -> Result<(), Stop> {
    if let Ok(metadata) = std::fs::metadata(path)
        && console.has_read(&Identity::of(path, &metadata))
    {
        let text = format!("`{}` is an input of this command", load::name(path));
        return console.refuse(Diagnostic::error(UNWRITABLE, text).help("give the output another name"));
    }
    replace(path, bytes, console)
}

/// Writes a file whole or not at all: into a temporary file in the same folder, which is synced and renamed onto it.
///
/// Only a regular file is replaced. What else stands there (a device, a pipe, a socket, a folder) would be gone; and a
/// symbolic link leads to a file that the user has not named, so a link is refused too.
pub fn replace(path: &Path, bytes: &[u8], console: &mut Console) -> Result<(), Stop> {
    let refused = |note: String| {
        let text = format!("`{}` cannot be written", load::name(path));
        Diagnostic::error(UNWRITABLE, text).note(note)
    };
    let before = match std::fs::symlink_metadata(path) {
        Ok(before) if before.is_file() => Some(before),
        Ok(other) => {
            let mut finding = refused(format!("it is {}, and only a regular file is replaced", kind(&other)));
            if other.is_symlink() {
                finding = finding.help("name the file that the link leads to");
            }
            return console.refuse(finding);
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return console.refuse(refused(error.to_string())),
    };
    in_one_piece(path, before.as_ref(), bytes).or_else(|error| console.refuse(refused(error.to_string())))
}

fn in_one_piece(path: &Path, before: Option<&Metadata>, bytes: &[u8]) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut builder = Builder::new();
    builder.prefix(".tabella-").suffix(".tmp");
    // The rights of a new file are those that the user's mask leaves.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut beside = builder.tempfile_in(folder)?;
    beside.write_all(bytes)?;
    if let Some(before) = before {
        beside.as_file().set_permissions(before.permissions())?;
    }
    // The content is on the medium before the name is: after a crash there is the old file or the new one.
    beside.as_file().sync_all()?;
    beside.persist(path)?;
    sync_folder(folder)
}

/// Makes a rename last. Some file systems cannot sync a folder, and a folder that may be written need not be readable: the
/// new file is in place then, so neither is an error.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let Ok(folder) = File::open(folder) else { return Ok(()) };
    match folder.sync_all() {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        result => result,
    }
}

/// What stands where a file would be written.
fn kind(metadata: &Metadata) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = metadata.file_type();
        if kind.is_fifo() {
            return "a named pipe";
        }
        if kind.is_socket() {
            return "a socket";
        }
        if kind.is_char_device() || kind.is_block_device() {
            return "a device";
        }
    }
    if metadata.is_dir() {
        "a folder"
    } else if metadata.is_symlink() {
        "a symbolic link"
    } else {
        "no file"
    }
}

/// What tells a file from all others, whatever it is called: hard links of one file have one identity.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity(#[cfg(unix)] (u64, u64), #[cfg(not(unix))] std::path::PathBuf);

impl Identity {
    /// The identity of the file that a path leads to.
    #[cfg(unix)]
    pub fn of(_: &Path, metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Identity((metadata.dev(), metadata.ino()))
    }

    /// The identity of the file that a path leads to.
    #[cfg(not(unix))]
    pub fn of(path: &Path, _: &Metadata) -> Self {
        Identity(path.canonicalize().unwrap_or_else(|_| path.to_path_buf()))
    }
}
