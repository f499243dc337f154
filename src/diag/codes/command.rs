//! `T07xx`: the command itself.

use super::{Code, Entry};

/// A file can't be read.
pub const UNREADABLE: Code = Code("T0701");
/// A file is not UTF-8.
pub const NOT_UTF8: Code = Code("T0702");
/// A file or the number of files is over its limit.
pub const TOO_LARGE: Code = Code("T0703");
/// A file is no text.
pub const NOT_TEXT: Code = Code("T0704");
/// There is nothing to compile.
pub const NO_SOURCES: Code = Code("T0705");
/// A name given on the command line does not exist.
pub const UNKNOWN_NAME: Code = Code("T0706");
/// A request can't be understood.
pub const BAD_REQUEST: Code = Code("T0707");
/// A context key is not the caller's to set.
pub const REFUSED_KEY: Code = Code("T0708");
/// An artifact can't be loaded.
pub const BAD_ARTIFACT: Code = Code("T0709");
/// An output can't be written.
pub const UNWRITABLE: Code = Code("T0710");
/// The two engines disagree.
pub const DISAGREEMENT: Code = Code("T0711");
/// The command can't do this with that kind of input.
pub const WRONG_INPUT: Code = Code("T0712");
/// An expectation of a `test` block is not met.
pub const UNMET: Code = Code("T0713");

/// There is no session to save.
pub const UNSAVED: Code = Code("T0714");
/// There is nothing to test.
pub const NO_TESTS: Code = Code("T0715");
/// A link in a folder leads out of it.
pub const LINK: Code = Code("T0716");

/// The codes of this stage.
pub const ENTRIES: &[Entry] = &[
    Entry {
        code: UNREADABLE,
        title: "a file cannot be read",
        page: "A path on the command line, or a file that is imported, exists in name only: it is missing, \
you may not read it, or the medium failed. The operating system's own words follow.

```sh
tabella check no-such-file.tabella
```

Check the path. Imports are looked up relative to the file that imports.
",
    },
    Entry {
        code: NOT_UTF8,
        title: "a file is not UTF-8",
        page: "Sources and JSON documents are UTF-8. The label stands at the first byte that is not; \
what follows was not read.

```sh
printf 'policy P { # caf\\351\\n}' > latin1.tabella
tabella check latin1.tabella
```

Save the file as UTF-8, for example with `iconv -f latin1 -t utf-8`.
",
    },
    Entry {
        code: TOO_LARGE,
        title: "an input is over its limit",
        page: "One file may have 256 MiB, and one compilation 10,000 files; what is larger is refused before it is \
read, so that a wrong path cannot fill the memory. The message names the limit.

```sh
truncate -s 300M huge.tabella
tabella check huge.tabella
```

Split the file; files import each other with `import \"other.tabella\"`.
",
    },
    Entry {
        code: NOT_TEXT,
        title: "a file is not text",
        page: "The file has a zero byte near its beginning, so it is no source text: perhaps a compiled \
artifact, an archive or a picture.

```sh
tabella check estate.tbl
```

Give the source files. Compiled artifacts go to `tabella decide` and `tabella inspect`.
",
    },
    Entry {
        code: NO_SOURCES,
        title: "there is nothing to compile",
        page: "The folders on the command line hold no file that ends in `.tabella`. An empty estate would deny \
everything, which is hardly what was asked for, so this is an error.

```sh
mkdir empty
tabella build -o out.tbl empty
```

Give the folder that has the sources; folders whose name begins with a dot are not searched.
",
    },
    Entry {
        code: UNKNOWN_NAME,
        title: "a name on the command line does not exist",
        page: "A policy, an account or a diagnostic code named on the command line is not there. A session policy \
with a wrong name, for instance, would otherwise limit nothing, or everything.

```sh
tabella explain T9999
```

The help line lists what exists, or the name that is nearest.
",
    },
    Entry {
        code: BAD_REQUEST,
        title: "a request cannot be understood",
        page: "A request file has one JSON object a line, with `principal`, `action` and `resource`, and if needed \
`resource_account`, `endpoint`, `context` and `session`. A line that is something else, has an unknown field or \
repeats one, is refused: a mistyped field must not change a decision in silence.

```sh
echo '{\"principal\": \"*\", \"action\": \"s3:GetObject\", \"resorce\": \"*\"}' > requests.jsonl
tabella decide examples/company --requests requests.jsonl
```

Mend the line. `tabella decide --help` shows the fields.
",
    },
    Entry {
        code: REFUSED_KEY,
        title: "a context key is not the caller's to set",
        page: "The engine derives some keys from the principal, the resource and the estate (`aws:PrincipalArn`, \
`aws:PrincipalOrgID`, `aws:ResourceAccount`, …). Whoever may set them may become anybody, so a request that tries \
is refused (R151). A key given twice is refused as well (R90).

```sh
tabella decide examples/company --principal '*' --action s3:GetObject --resource '*' \\
  --context aws:PrincipalOrgID=o-acme1
```

Leave the key out; choose the principal whose key has that value.
",
    },
    Entry {
        code: BAD_ARTIFACT,
        title: "an artifact cannot be loaded",
        page: "The file is no artifact, is cut short or damaged, or was written by another version. Loading checks \
every offset and checksum before the first decision, and computes the content hash; nothing of a damaged artifact, or of \
one that keeps the hash of another, is used.

```sh
head -c 100 estate.tbl > cut.tbl
tabella inspect cut.tbl
```

Build it again with `tabella build`.
",
    },
    Entry {
        code: UNWRITABLE,
        title: "an output cannot be written",
        page: "An output cannot be written; the note says why. Outputs are written to a temporary file in the same \
folder and renamed, so an older file stays whole until the new one is there.

```sh
tabella build -o /no/such/folder/estate.tbl examples/company
```

Only a regular file is replaced. A device, a named pipe, a socket or a folder is refused, because the rename would put \
a file in its place; a symbolic link is refused, because the file that it leads to is not the one that was named. A file \
that the same command has read, under whatever name, is refused as well: a source would be lost. Write to standard \
output with `-o -`; an artifact is not written to a terminal.
",
    },
    Entry {
        code: DISAGREEMENT,
        title: "the two engines disagree",
        page: "With `--engine both`, every request is decided by the compiled tables and by the reference evaluator, \
which share no code. They gave different answers: this is a defect of Tabella, and one of the answers is wrong.

Please report it with the sources and the request. Until it is mended, treat the request as denied.
",
    },
    Entry {
        code: WRONG_INPUT,
        title: "the command cannot do this with that input",
        page: "Some options need the sources (the reference evaluator works on resolved policies, which an artifact \
does not have), some need an artifact, and an artifact cannot be mixed with sources.

```sh
tabella decide estate.tbl --engine reference --principal '*' --action s3:GetObject --resource '*'
```

Give the sources, or leave the option out.
",
    },
    Entry {
        code: UNMET,
        title: "an expectation is not met",
        page: "A line of a `test` block expects another outcome than the policies give, or the right outcome for \
another reason: the words after `because` must each be a word of the gate that decided (`guardrail`, `resource`, \
`boundary`, …) or the name of a policy or statement that decided. For an implicit deny, which no statement makes, \
the policies of that gate count.

```tabella
account main 111111111111
user Ada in main {
  policy p {
    allow s3:GetObject on arn:aws:s3:::b/*
  }
}
test \"not what the policy says\" {
  as user Ada in main {
    deny s3:GetObject on arn:aws:s3:::b/x
  }
}
```

Mend the policy or the expectation; the notes say what decided.
",
    },
    Entry {
        code: UNSAVED,
        title: "no session was saved",
        page: "`tabella assume --save` writes the session at the end of a chain. A hop of the chain is refused, so \
there is no session, and nothing is written. A file that an earlier walk has saved under that name is left as it was: \
its session is not the one of this chain.

```sh
tabella assume examples/company --save s.json --principal '*' \\
  --hop role=arn:aws:iam::111111111111:role/R,name=x
```

The note says why the last hop is refused. The exit code is 1, unless `--expect` says otherwise.
",
    },
    Entry {
        code: NO_TESTS,
        title: "there is nothing to test",
        page: "The sources have no `test` block with an expectation, or a file of cases has no case. A run that tests \
nothing would look like one in which everything holds, for example after a wrong path.

```sh
printf 'account main 111111111111\\n' > main.tabella
tabella test main.tabella
```

Write a `test` block, or give the folder that has them.
",
    },
    Entry {
        code: LINK,
        title: "a link in a folder leads out of it",
        page: "A folder on the command line stands for the sources in it. A symbolic link in it leads to a file or a \
folder outside. Whoever may write into the folder would choose which files of yours are read, shown in findings and \
rewritten by `tabella fmt`, so the link is not followed. A link to a file is an error, because the file might hold a \
deny; of a link to a folder there is a note only.

```sh
mkdir project
ln -s /etc/hostname project/name.tabella
tabella check project
```

Copy the file into the folder, or name it on the command line if it belongs to the program.
",
    },
];
