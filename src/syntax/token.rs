//! The alphabet of the language: what logos cuts a file into, and the pairs of words the lexer joins.
//!
//! Knows characters, not grammar. Every variant is mapped in `grammar/policy.lalrpop`, or recovery dies there
//! (a test compares the two lists).

use logos::Logos;

/// One token. It carries no text: a span into the source does.
///
/// A word is anything but white space, punctuation and what nobody sees (`source::is_hidden`; a test compares the two). IAM variables `${…}` and compile-time parameters `$(…)` are
/// parts of words; neither may hold another `$`, so that no text is scanned more than twice.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[logos(skip r"[ \t\r\n]+")]
#[logos(subpattern char = r##"[^\s\x00-\x1F\x7F-\x9F,(){}\[\]"`<>=!;\u{AD}\u{34F}\u{61C}\u{115F}\u{1160}\u{17B4}\u{17B5}\u{180B}-\u{180F}\u{200B}-\u{200F}\u{2028}-\u{202E}\u{2060}-\u{206F}\u{2800}\u{3164}\u{FE00}-\u{FE0F}\u{FEFF}\u{FFA0}\u{FFF0}-\u{FFFB}\u{16FE4}\u{1BCA0}-\u{1BCA3}\u{1D159}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]"##)]
#[logos(subpattern first = r##"[^@\s\x00-\x1F\x7F-\x9F,(){}\[\]"`<>=!;\u{AD}\u{34F}\u{61C}\u{115F}\u{1160}\u{17B4}\u{17B5}\u{180B}-\u{180F}\u{200B}-\u{200F}\u{2028}-\u{202E}\u{2060}-\u{206F}\u{2800}\u{3164}\u{FE00}-\u{FE0F}\u{FEFF}\u{FFA0}\u{FFF0}-\u{FFFB}\u{16FE4}\u{1BCA0}-\u{1BCA3}\u{1D159}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]"##)]
#[logos(subpattern inner = r"\$\{\$\}|\$\{[^{}$\r\n]*\}|\$\([^()$\s]*\)")]
pub(crate) enum Token {
    // ------------------------------------------------ words and strings
    #[regex(r"((?&first)|(?&inner))((?&char)|(?&inner))*", priority = 1)]
    Word,
    #[regex(r#""([^"\\\r\n]|\\[^\r\n])*""#)]
    Quoted,
    #[regex(r"`([^`\\\r\n]|\\[^\r\n])*`")]
    Backtick,
    /// A quoted or backtick form that ends with its line.
    #[regex(r#""([^"\\\r\n]|\\[^\r\n])*\\?"#)]
    #[regex(r"`([^`\\\r\n]|\\[^\r\n])*\\?")]
    Unclosed,
    /// `Name:` or `"any text":` before white space; joined by the lexer.
    Label,
    #[regex(r"//[^\r\n]*", priority = 1000, allow_greedy = true)]
    Comment,

    // ------------------------------------------------ punctuation
    #[token(",")]
    Comma,
    #[token("(")]
    ParenOpen,
    #[token(")")]
    ParenClose,
    #[token("{")]
    BraceOpen,
    #[token("}")]
    BraceClose,
    #[token("[")]
    BracketOpen,
    #[token("]")]
    BracketClose,
    #[token("@")]
    At,
    /// `@` in a block
    AtIn,
    #[token("=")]
    Assign,
    #[token("==")]
    EqEq,
    #[token("!=")]
    NotEq,
    #[token("<")]
    Lt,
    #[token("<=")]
    Le,
    #[token(">")]
    Gt,
    #[token(">=")]
    Ge,

    // ------------------------------------------------ reserved words
    #[token("allow")]
    Allow,
    #[token("deny")]
    Deny,
    #[token("on")]
    On,
    #[token("when")]
    When,
    #[token("unless")]
    Unless,
    #[token("not")]
    Not,
    #[token("and")]
    And,
    #[token("or")]
    Or,
    #[token("in")]
    In,
    #[token("like")]
    Like,

    // ------------------------------------------------ words that begin principals: no bare action names
    #[token("anyone")]
    Anyone,
    #[token("but")]
    But,
    #[token("account")]
    Account,
    #[token("user")]
    User,
    #[token("role")]
    Role,
    #[token("aws")]
    Aws,
    #[token("service")]
    Service,
    #[token("saml")]
    Saml,
    #[token("federated")]
    Federated,
    #[token("canonical")]
    Canonical,
    #[token("session")]
    Session,

    // The same words inside blocks. Items begin with the ones above, so that recovery inside a block never takes a
    // principal or a member for the next item.
    /// `account` in a block
    AccountIn,
    /// `user` in a block
    UserIn,
    /// `role` in a block
    RoleIn,
    /// `service` in a block
    ServiceIn,
    /// `session` in a block
    SessionIn,

    // ------------------------------------------------ words that are names wherever a name may stand
    #[token("import")]
    Import,
    #[token("organization")]
    Organization,
    #[token("const")]
    Const,
    #[token("actions")]
    Actions,
    #[token("resources")]
    Resources,
    #[token("condition")]
    Condition,
    #[token("policy")]
    Policy,
    #[token("boundary")]
    Boundary,
    #[token("guardrail")]
    Guardrail,
    #[token("resource")]
    Resource,
    #[token("endpoint")]
    Endpoint,
    #[token("bucket")]
    Bucket,
    #[token("queue")]
    Queue,
    #[token("topic")]
    Topic,
    #[token("key")]
    Key,
    #[token("group")]
    Group,
    #[token("test")]
    Test,
    #[token("never")]
    Never,
    #[token("only")]
    Only,
    #[token("management")]
    Management,
    #[token("root")]
    Root,
    #[token("unit")]
    Unit,
    #[token("version")]
    Version,
    #[token("id")]
    Id,
    #[token("trust")]
    Trust,
    #[token("policies")]
    Policies,
    #[token("groups")]
    Groups,
    #[token("tags")]
    Tags,
    #[token("path")]
    Path,
    #[token("created")]
    Created,
    #[token("arn")]
    Arn,
    #[token("number")]
    Number,
    #[token("date")]
    Date,
    #[token("bool")]
    Bool,
    #[token("ip")]
    Ip,
    #[token("binary")]
    Binary,
    #[token("action")]
    Action,
    #[token("with")]
    With,
    #[token("as")]
    As,
    #[token("via")]
    Via,
    #[token("because")]
    Because,
    #[token("outside")]
    Outside,
    #[token("may")]
    May,
    #[token("issued")]
    Issued,
    #[token("until")]
    Until,
    #[token("at")]
    AtTime,

    /// `policy` in a block
    PolicyIn,
    /// `boundary` in a block
    BoundaryIn,
    /// `resource` in a block
    ResourceIn,
    /// `key` in a block
    KeyIn,

    // ------------------------------------------------ words joined by the lexer
    /// `or missing`
    OrMissing,
    /// `is missing`
    IsMissing,
    /// `is present`
    IsPresent,
    /// `ignoring case`
    IgnoringCase,
    /// `any of`
    AnyOf,
    /// `all of`
    AllOf,
    /// `not in`
    NotIn,
    /// `not like`
    NotLike,
    /// `web identity`
    WebIdentity,
    /// `list of`
    ListOf,
    /// `deny implicitly`
    DenyImplicitly,
    /// `deny explicitly`
    DenyExplicitly,
    /// `assume role`
    AssumeRole,
    /// `access point`
    AccessPoint,
    /// `service linked role`
    ServiceLinkedRole,
}

/// Words whose pair is one token, with the second word and the token of the pair.
const PAIRS: &[(&str, &str, Token)] = &[
    ("or", "missing", Token::OrMissing),
    ("is", "missing", Token::IsMissing),
    ("is", "present", Token::IsPresent),
    ("ignoring", "case", Token::IgnoringCase),
    ("any", "of", Token::AnyOf),
    ("all", "of", Token::AllOf),
    ("not", "in", Token::NotIn),
    ("not", "like", Token::NotLike),
    ("web", "identity", Token::WebIdentity),
    ("list", "of", Token::ListOf),
    ("deny", "implicitly", Token::DenyImplicitly),
    ("deny", "explicitly", Token::DenyExplicitly),
    ("assume", "role", Token::AssumeRole),
    ("access", "point", Token::AccessPoint),
];

impl Token {
    /// Whether the lexer has to look at the word after this one.
    pub(crate) fn may_begin_pair(self, text: &str) -> bool {
        match self {
            Token::Or | Token::Not | Token::Deny | Token::Service => true,
            Token::Word => {
                matches!(text, "is" | "ignoring" | "any" | "all" | "web" | "list" | "assume" | "access")
            }
            _ => false,
        }
    }

    /// The token of two adjacent words.
    pub(crate) fn pair(first: &str, second: &str) -> Option<Token> {
        PAIRS.iter().find(|(a, b, _)| *a == first && *b == second).map(|(_, _, t)| *t)
    }

    /// Whether a bare word of this kind is not a plain name everywhere.
    pub(crate) fn needs_backticks(self, text: &str) -> bool {
        self != Token::Word && (self as u8) < Token::Import as u8
            || PAIRS.iter().any(|(_, b, _)| *b == text)
            || text == "linked"
    }

    /// Whether it is a keyword, reserved or not.
    pub(crate) fn is_keyword(self) -> bool {
        (self as u8) >= Token::Allow as u8
    }

    /// The token it is inside a block: there, words that only begin items are plain words.
    pub(crate) fn in_block(self) -> Token {
        use Token::*;
        match self {
            Account => AccountIn,
            User => UserIn,
            Role => RoleIn,
            Service => ServiceIn,
            Session => SessionIn,
            Policy => PolicyIn,
            Boundary => BoundaryIn,
            Resource => ResourceIn,
            Key => KeyIn,
            At => AtIn,
            Import | Organization | Const | Actions | Resources | Condition | Guardrail | Endpoint
            | Bucket | Queue | Topic | Group | Test | Never | Only => Word,
            other => other,
        }
    }

    /// Whether it can begin a top-level item.
    pub(crate) fn begins_item(self) -> bool {
        use Token::*;
        matches!(
            self,
            Import
                | Organization
                | Account
                | Const
                | Actions
                | Resources
                | Condition
                | Policy
                | Boundary
                | Guardrail
                | Resource
                | Endpoint
                | Bucket
                | Queue
                | Topic
                | Key
                | Session
                | Role
                | User
                | Group
                | Service
                | ServiceLinkedRole
                | AccessPoint
                | Test
                | Never
                | Only
                | At
        )
    }
}
