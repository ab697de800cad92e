//! The tree as later passes see it: owned, with spans, and with holes where the text made no sense.
//!
//! It covers the whole language. Nothing here is resolved or checked. A part that could not be parsed is absent
//! (`None`) or [`ExprKind::Hole`], and has a diagnostic already; a later pass says nothing more about it.

/// Bytes of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A name as written.
pub type Ident = Spanned<String>;

/// `a` or `a.b`, as it names a source, an event or a filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Ref {
    /// At least one.
    pub segments: Vec<Ident>,
    /// The whole.
    pub span: Span,
}

/// A file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// `pipeline NAME { … }`
    pub header: Option<Header>,
    /// In the order of the file.
    pub items: Vec<Item>,
}

/// `pipeline NAME { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The documentation comment, lines joined with one blank.
    pub doc: Option<String>,
    /// Name of the pipeline; absent when it could not be read.
    pub name: Option<Ident>,
    /// What is between the braces.
    pub block: Option<Block>,
    /// The whole.
    pub span: Span,
}

/// A top-level item, or one inside `sensor`, `for` and `if`.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The documentation comment, lines joined with one blank.
    pub doc: Option<String>,
    /// Which item.
    pub kind: ItemKind,
    /// From the keyword to the end.
    pub span: Span,
}

/// The items.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// `use "file" with { … } as x`
    Use(Use),
    /// `param NAME: TYPE = DEFAULT`
    Param(Param),
    /// `let NAME = VALUE`
    Let(Let),
    /// `type NAME …`
    Type(TypeItem),
    /// `bus NAME: KIND { … }`
    Bus(Bus),
    /// `source NAME …`
    Source(Source),
    /// `filter NAME from …`
    Filter(Filter),
    /// `trigger NAME on … { … }`
    Trigger(Trigger),
    /// `sensor NAME { … }`
    Sensor(Sensor),
    /// `for X in LIST by KEY { … }`
    For(For),
    /// `if C { … } else { … }`
    If(If),
    /// `test "…" { … }`
    Test(Test),
    /// It could not be parsed, and has a diagnostic.
    Hole,
}

/// `use`
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// The file.
    pub path: Text,
    /// `with { … }`
    pub with: Option<Object>,
    /// `as x`
    pub alias: Option<Ident>,
}

/// `param`
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: TypeExpr,
    /// `= value`
    pub default: Option<Expr>,
}

/// `let`
#[derive(Clone, Debug, PartialEq)]
pub struct Let {
    /// Its name.
    pub name: Ident,
    /// Its value.
    pub value: Expr,
}

/// `type`
#[derive(Clone, Debug, PartialEq)]
pub struct TypeItem {
    /// Its name.
    pub name: Ident,
    /// What it stands for.
    pub ty: TypeExpr,
}

/// `bus`
#[derive(Clone, Debug, PartialEq)]
pub struct Bus {
    /// Its name.
    pub name: Ident,
    /// `named "…"`
    pub named: Option<Text>,
    /// Its kind.
    pub kind: Ident,
    /// The kind's fields.
    pub block: Option<Block>,
}

/// `source`
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// `external`
    pub external: bool,
    /// Its name.
    pub name: Ident,
    /// `named "…"`
    pub named: Option<Text>,
    /// One event or several.
    pub body: SourceBody,
}

/// What follows the name of a source.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one for each source of a file: a box would save nothing")]
pub enum SourceBody {
    /// `: KIND { … }`, one event called like the source.
    One(EventBody),
    /// `{ event A: KIND { … } … }`
    Group(Group),
}

/// The braces of a source with several events.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// In the order of the file.
    pub events: Vec<Event>,
    /// Fields of the object.
    pub fields: Vec<Field>,
    /// `raw { … }`
    pub raw: Option<Object>,
    /// Part of it could not be read.
    pub broken: bool,
    /// With the braces.
    pub span: Span,
}

/// `event NAME: KIND { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The documentation comment.
    pub doc: Option<String>,
    /// Its name.
    pub name: Ident,
    /// `named "…"`
    pub named: Option<Text>,
    /// Kind, fields and filter.
    pub body: EventBody,
    /// From the keyword to the end.
    pub span: Span,
}

/// `KIND<T> { … } where …`
#[derive(Clone, Debug, PartialEq)]
pub struct EventBody {
    /// The kind.
    pub kind: Ident,
    /// `<T>`
    pub ty: Option<TypeExpr>,
    /// The kind's fields.
    pub block: Option<Block>,
    /// `where …`, at the source.
    pub filter: Option<Expr>,
}

/// `filter`
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// Its name.
    pub name: Ident,
    /// `named "…"`
    pub named: Option<Text>,
    /// What follows `from`.
    pub from: Ref,
    /// `as x`
    pub alias: Option<Ident>,
    /// `map …`
    pub map: Option<Mapping>,
    /// `where …`
    pub condition: Option<Expr>,
    /// `raw { … }`
    pub raw: Option<Object>,
}

/// What follows `map`.
#[derive(Clone, Debug, PartialEq)]
pub enum Mapping {
    /// `map { … }`
    Object(Object),
    /// `map jq "…"` or `map lua "…"`
    Foreign(Foreign),
}

/// `trigger`
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// Its name.
    pub name: Ident,
    /// `named "…"`
    pub named: Option<Text>,
    /// What follows `on`.
    pub on: Condition,
    /// `reset`, `match`, `within`, `after`, `count`
    pub clauses: Vec<Clause>,
    /// Action and options.
    pub body: Body,
}

/// What follows `on`. `and` binds tighter than `or`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Which form.
    pub kind: ConditionKind,
    /// `as x`, after a name or a parenthesis.
    pub alias: Option<Ident>,
    /// With alias and parentheses.
    pub span: Span,
}

/// The forms of a condition.
#[derive(Clone, Debug, PartialEq)]
pub enum ConditionKind {
    /// A filter or an event.
    Ref(Ref),
    /// `a and b`
    And(Vec<Condition>),
    /// `a or b`
    Or(Vec<Condition>),
    /// `(…)`
    Paren(Box<Condition>),
}

/// A clause between condition and block of a trigger.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// Which clause.
    pub kind: ClauseKind,
    /// The whole.
    pub span: Span,
}

/// The clauses.
#[derive(Clone, Debug, PartialEq)]
pub enum ClauseKind {
    /// `reset cron "…" in "…"`
    Reset {
        /// The schedule.
        cron: Text,
        /// The time zone.
        zone: Option<Text>,
    },
    /// `match a.x == b.x`
    Match(Expr),
    /// `within 1h`
    Within(Expr),
    /// `after 10m without x as y`
    After {
        /// How long.
        wait: Expr,
        /// What must not come.
        without: Ref,
        /// `as y`
        alias: Option<Ident>,
    },
    /// `count 3`
    Count(Expr),
}

/// The braces of a trigger or an `on-failure`: one action and options; a checker says when there is none or another.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The actions, in order; well-formed bodies have one.
    pub actions: Vec<Action>,
    /// `name: value`
    pub options: Vec<Field>,
    /// `on-failure NAME { … }`
    pub on_failure: Vec<OnFailure>,
    /// `raw { … }`
    pub raw: Option<Object>,
    /// Something in it could not be parsed, and has a diagnostic: say nothing about what is missing.
    pub broken: bool,
    /// With the braces.
    pub span: Span,
}

/// `on-failure NAME { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct OnFailure {
    /// The documentation comment.
    pub doc: Option<String>,
    /// Its name.
    pub name: Ident,
    /// `named "…"`
    pub named: Option<Text>,
    /// Action and options.
    pub body: Box<Body>,
    /// The whole.
    pub span: Span,
}

/// An action: parentheses say how, braces say what, `with` patches.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// `http`, `k8s.create`, `workflow.run`
    pub name: Ident,
    /// `(cluster: true)`
    pub args: Vec<Arg>,
    /// The template or workflow named by `workflow.run "…"` and its kin.
    pub target: Option<Expr>,
    /// `from git { … }`
    pub from: Option<From>,
    /// `{ … }`
    pub object: Option<Object>,
    /// `with { … }`
    pub with: Option<Patch>,
    /// The whole.
    pub span: Span,
}

/// Where a resource comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct From {
    /// `git`, `s3`, `url`, `inline`, `file`, `configmap`
    pub kind: Ident,
    /// Its arguments: an object, a tagged text, or those in parentheses.
    pub args: FromArgs,
    /// The whole.
    pub span: Span,
}

/// The arguments of a [`From`].
#[derive(Clone, Debug, PartialEq)]
pub enum FromArgs {
    /// `git { … }`
    Object(Object),
    /// `inline yaml "…"`
    Foreign(Foreign),
    /// `file("…")`
    Call(Vec<Arg>),
}

/// `sensor`
#[derive(Clone, Debug, PartialEq)]
pub struct Sensor {
    /// Its name.
    pub name: Ident,
    /// `named "…"`
    pub named: Option<Text>,
    /// Filters and triggers.
    pub items: Vec<Item>,
    /// Fields of the object.
    pub fields: Vec<Field>,
    /// `raw { … }`
    pub raw: Option<Object>,
}

/// `for`
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// The name in each turn.
    pub name: Ident,
    /// The list.
    pub list: Expr,
    /// The identity of each turn.
    pub key: Expr,
    /// What is repeated.
    pub items: Vec<Item>,
}

/// `if`
#[derive(Clone, Debug, PartialEq)]
pub struct If {
    /// Constant.
    pub condition: Expr,
    /// When true.
    pub then: Vec<Item>,
    /// When false; `else if` is an `If` in it.
    pub otherwise: Vec<Item>,
}

/// `test`
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// What it shows.
    pub name: Text,
    /// In order.
    pub steps: Vec<TestStep>,
}

/// A step of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct TestStep {
    /// Which step.
    pub kind: StepKind,
    /// The whole.
    pub span: Span,
}

/// The steps of a test.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// `send x data with { … }`
    Send {
        /// The event.
        event: Ref,
        /// Its data.
        data: Expr,
        /// `with { … }`
        with: Option<Patch>,
    },
    /// `expect no x`
    ExpectNo(Ref),
    /// `expect x once { … }`
    Expect {
        /// The trigger.
        trigger: Ref,
        /// `once` is 1.
        times: Option<u32>,
        /// `{ … }`
        patch: Option<Patch>,
    },
    /// `advance 5m`
    Advance(Expr),
    /// `fail x 2 times`
    Fail {
        /// The trigger.
        trigger: Ref,
        /// How often.
        times: u32,
    },
    /// It could not be parsed, and has a diagnostic.
    Hole,
}

/// The braces of a header, a bus or an event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// Fields and spreads, in order.
    pub entries: Vec<Entry>,
    /// `verify: hmac { … }`
    pub verify: Option<Verify>,
    /// `raw { … }`
    pub raw: Option<Object>,
    /// Something in it could not be parsed, and has a diagnostic: say nothing about what is missing.
    pub broken: bool,
    /// With the braces.
    pub span: Span,
}

/// `verify: hmac { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Verify {
    /// `hmac`
    pub method: Ident,
    /// Its fields.
    pub object: Object,
    /// The whole.
    pub span: Span,
}

/// An object in braces.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// Fields and spreads, in order.
    pub entries: Vec<Entry>,
    /// Something in it could not be parsed, and has a diagnostic: say nothing about what is missing.
    pub broken: bool,
    /// With the braces.
    pub span: Span,
}

/// An entry of an object or block.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// `key: value`
    Field(Field),
    /// `...value`
    Spread(Expr),
}

/// `key: value`
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The documentation comment.
    pub doc: Option<String>,
    /// The key, unquoted.
    pub key: Ident,
    /// The value.
    pub value: Expr,
    /// The whole.
    pub span: Span,
}

/// The braces after `with` or `expect x`: paths as keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// In order.
    pub entries: Vec<PatchEntry>,
    /// With the braces.
    pub span: Span,
}

/// An entry of a patch.
#[derive(Clone, Debug, PartialEq)]
pub enum PatchEntry {
    /// `a.b[0]: value`
    Field {
        /// Where.
        path: Vec<PatchStep>,
        /// What.
        value: Expr,
        /// The whole.
        span: Span,
    },
    /// `...value`
    Spread(Expr),
}

/// A step of the path of a patch.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchStep {
    /// Which step.
    pub kind: PatchStepKind,
    /// Where it stands.
    pub span: Span,
}

/// The steps of a patch's path.
#[derive(Clone, Debug, PartialEq)]
pub enum PatchStepKind {
    /// `.a` or `."a"` or `["a"]`
    Key(String),
    /// `[0]`
    Index(u64),
    /// `[name == "x"]`
    ByName {
        /// The member that is compared.
        member: String,
        /// With what.
        value: Text,
    },
    /// `[+]`
    Append,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Which form.
    pub kind: ExprKind,
    /// The whole.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// As written, without `_`.
    Number(String),
    /// Text, perhaps with `${…}` in it.
    Text(Text),
    /// `500ms`, as written.
    Duration(String),
    /// `10Gi`, as written.
    Size(String),
    /// `10/min`, as written.
    Rate(String),
    /// `09:00`, as written.
    TimeOfDay(String),
    /// `jq "…"`
    Foreign(Foreign),
    /// `[a, ...b]`
    List(Vec<ListEntry>),
    /// `[for x in l if c: v]`
    Comprehension(Box<Comprehension>),
    /// `{ … }`
    Object(Object),
    /// A name in scope.
    Name(String),
    /// `a.b` or `a."b"`
    Member(Box<Expr>, Ident),
    /// `a[b]`
    Index(Box<Expr>, Box<Expr>),
    /// `a::b`
    Attribute(Box<Expr>, Ident),
    /// `f(a, name: b)`; the callee is a name or a member of one
    Call(Box<Expr>, Vec<Arg>),
    /// `(a)`
    Paren(Box<Expr>),
    /// `not a`, `-a`
    Unary(Spanned<UnaryOp>, Box<Expr>),
    /// `a + b` and the like
    Binary(Spanned<BinaryOp>, Box<Expr>, Box<Expr>),
    /// `a in x..y at z`
    Range(Box<TimeRange>),
    /// `if c then a else b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `any x in l: p`, `all x in l: p`
    Quantifier(Box<Quantifier>),
    /// It could not be parsed, and has a diagnostic.
    Hole,
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq)]
pub enum ListEntry {
    /// `a`
    Value(Expr),
    /// `...a`
    Spread(Expr),
}

/// `[for x in l if c: v]`
#[derive(Clone, Debug, PartialEq)]
pub struct Comprehension {
    /// The name in each turn.
    pub name: Ident,
    /// The list.
    pub list: Expr,
    /// `if c`
    pub condition: Option<Expr>,
    /// The value of each turn.
    pub value: Expr,
}

/// `any x in l: p`
#[derive(Clone, Debug, PartialEq)]
pub struct Quantifier {
    /// `all`; otherwise `any`.
    pub all: bool,
    /// The name of an element.
    pub name: Ident,
    /// The list.
    pub list: Expr,
    /// What must hold.
    pub condition: Expr,
}

/// `value in from..to at zone`
#[derive(Clone, Debug, PartialEq)]
pub struct TimeRange {
    /// `not in`
    pub negated: bool,
    /// What is compared.
    pub value: Expr,
    /// Included.
    pub from: Expr,
    /// Excluded.
    pub to: Expr,
    /// `at "…"`
    pub zone: Option<Expr>,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// `name:`
    pub name: Option<Ident>,
    /// The value.
    pub value: Expr,
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `not`
    Not,
    /// `-`
    Negate,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Matches,
    NotMatches,
    Default,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// A string literal, unescaped.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// In order; adjacent literals are one.
    pub parts: Vec<TextPart>,
    /// `r"…"`
    pub raw: bool,
    /// With the quotes.
    pub span: Span,
}

/// A part of a string literal.
#[derive(Clone, Debug, PartialEq)]
pub enum TextPart {
    /// Literal text.
    Literal(String),
    /// `${…}`
    Value(Expr),
}

/// A tagged raw string of another language.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreign {
    /// `lua`, `jq`, `yaml`
    pub language: Ident,
    /// The text, indent removed.
    pub text: String,
    /// The whole.
    pub span: Span,
}

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeExpr {
    /// Which form.
    pub kind: TypeKind,
    /// The whole.
    pub span: Span,
}

/// The forms of a type.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// `string`, `github.PullRequestEvent`, `list<T>`
    Name {
        /// As written.
        name: String,
        /// `<T>`
        argument: Option<Box<TypeExpr>>,
    },
    /// `A | B`
    Union(Vec<TypeExpr>),
    /// `{ a: T, b?: U }`
    Record(Vec<RecordField>),
    /// `"opened"`
    Text(Text),
    /// `3`, as written
    Number(String),
    /// `sample("…")`, `schema("…")`
    From {
        /// Which of the two.
        function: Ident,
        /// The files.
        args: Vec<Arg>,
    },
    /// It could not be parsed, and has a diagnostic.
    Hole,
}

/// A field of a record type.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordField {
    /// The documentation comment.
    pub doc: Option<String>,
    /// Its name, unquoted.
    pub name: Ident,
    /// `?`
    pub optional: bool,
    /// Its type.
    pub ty: TypeExpr,
}
