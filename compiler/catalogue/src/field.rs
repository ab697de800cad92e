//! Fields of kinds and objects: what may stand there, and which fields go together.

use crate::target::Targets;

/// A field in braces.
#[derive(Debug, PartialEq)]
pub struct Field {
    /// As written, which is as in Argo.
    pub name: &'static str,
    /// What may stand there.
    pub shape: Shape,
    /// It must be there; a text with something in it.
    pub required: bool,
    /// What holds without it, as it would be written in aev.
    pub default: Option<&'static str>,
    /// Whether values of events may stand there.
    pub values: Values,
    /// Which target can do it.
    pub targets: Targets,
    /// A plain sentence.
    pub doc: &'static str,
}

impl Field {
    /// An optional field without default that takes constants and works everywhere.
    pub const fn new(name: &'static str, shape: Shape, doc: &'static str) -> Field {
        Field {
            name,
            shape,
            required: false,
            default: None,
            values: Values::Constant,
            targets: Targets::ALL,
            doc,
        }
    }

    /// It must be there.
    pub const fn required(mut self) -> Field {
        self.required = true;
        self
    }

    /// What holds without it.
    pub const fn default(mut self, value: &'static str) -> Field {
        self.default = Some(value);
        self
    }

    /// Values of events may stand there.
    pub const fn takes(mut self, values: Values) -> Field {
        self.values = values;
        self
    }

    /// Which target can do it.
    pub const fn on(mut self, targets: Targets) -> Field {
        self.targets = targets;
        self
    }
}

/// Whether values of events may stand in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// Only constants.
    Constant,
    /// Values of events, converted as by `text(v)`: a text place.
    Text,
    /// Values of events, as JSON.
    Json,
}

/// What may stand in a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// `true` or `false`
    Bool,
    /// An integer within these bounds, both included.
    Int {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A number within these bounds, both included.
    Number {
        /// The least.
        min: f64,
        /// The greatest.
        max: f64,
    },
    /// A TCP port, 1 to 65535. Argo types it as text, so it prints quoted.
    Port,
    /// An integer within these bounds that Argo types as text, so it prints quoted.
    QuotedInt {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// The path of an HTTP endpoint; begins with `/`.
    Endpoint,
    /// An address with one of these schemes.
    Url(&'static [&'static str]),
    /// Addresses of servers with one of these schemes, joined by commas; without a scheme the first is meant.
    Servers(&'static [&'static str]),
    /// The address of a gRPC server: `host:port`, perhaps behind `dns:///`.
    GrpcServer,
    /// Where a server listens: `host:port`, without a scheme.
    HostPort {
        /// Several may stand there, joined by commas.
        several: bool,
    },
    /// A regular expression of RE2.
    Pattern,
    /// A path that begins with `/`.
    AbsolutePath,
    /// A path that does not begin with `/`.
    RelativePath,
    /// A moment as RFC 3339 writes it: `2026-01-31T12:00:00Z`.
    Moment,
    /// A subject of NATS: words joined by dots.
    Subject {
        /// `*` and `>` may stand in it.
        wildcards: bool,
    },
    /// Text of any form.
    Text,
    /// One of these texts.
    Enum(&'static [&'static str]),
    /// Text that is one of many known names.
    Names(&'static Names),
    /// One of many known names, or several joined by `|`.
    Joined(&'static Names),
    /// The name of a Kubernetes object: an RFC 1123 subdomain.
    ObjectName,
    /// The name of a namespace, which has no dots.
    Namespace,
    /// A bus of the file, or the name of another as text.
    Bus,
    /// A duration with its unit; prints as Go prints it.
    Duration,
    /// A duration, or plain seconds; prints as a number of whole seconds.
    Seconds,
    /// A Kubernetes quantity such as `10Gi`.
    Size,
    /// A size, or plain bytes; prints as a number.
    Bytes,
    /// So many in a second, a minute or an hour: `10/min`.
    Rate,
    /// A cron schedule of five fields.
    Cron,
    /// An IANA time zone.
    Zone,
    /// Days as RFC 5545 excludes them: `EXDATE:20260101T000000Z`, several joined by commas.
    ExcludedDays,
    /// `secret("name", "key")`; prints as `{name, key}`.
    Secret,
    /// `configmap("name", "key")`; prints as `{name, key}`.
    ConfigMap,
    /// A list.
    List(&'static Shape),
    /// An object with any keys.
    Map(&'static Shape),
    /// An object with these fields.
    Record(&'static Block),
    /// HTTP headers by name: text, `secret(…)` or `configmap(…)`.
    Headers,
    /// A list of HTTP status codes, or the name `any`.
    StatusCodes,
    /// Any value.
    Value,
    /// An object of Kubernetes' own, handed on as it is.
    Object,
}

/// Names that somebody else gave, as one of them stands in a [`Shape::Names`].
#[derive(Debug, PartialEq)]
pub struct Names {
    /// Whose they are: "GitHub".
    pub owner: &'static str,
    /// What each is a name of: "event".
    pub what: &'static str,
    /// All of them, sorted.
    pub values: &'static [&'static str],
    /// A text that stands for all of them.
    pub all: Option<&'static str>,
    /// How the names are formed, for whoever wrote something else.
    pub hint: &'static str,
}

impl Names {
    /// Whether the text is one of them, or stands for all.
    pub fn has(&self, text: &str) -> bool {
        self.all == Some(text) || self.values.binary_search(&text).is_ok()
    }
}

/// Fields that stand in one pair of braces.
#[derive(Debug, PartialEq)]
pub struct Block {
    /// In the order in which they are documented and printed.
    pub fields: &'static [Field],
    /// Which of them go together.
    pub rules: &'static [Rule],
}

impl Block {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|f| f.name == name)
    }
}

/// Which fields of a [`Block`] go together. A group counts as present when one of its fields is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// Exactly one of the groups is present.
    ExactlyOne(&'static [&'static [&'static str]]),
    /// At least one of the groups is present.
    AtLeastOne(&'static [&'static [&'static str]]),
    /// Not more than one of the groups is present.
    AtMostOne(&'static [&'static [&'static str]]),
    /// All of these fields are present, or none.
    AllOrNone(&'static [&'static str]),
    /// When all of the first fields are present, the last must be.
    Requires(&'static [&'static str], &'static str),
    /// When the first field is `true`, the second must be there.
    TrueNeeds(&'static str, &'static str),
    /// The first field does nothing without the second.
    OnlyWith(&'static str, &'static str),
    /// The first field does nothing unless the second, which is an object, has the third in it; what it then fails to do.
    /// Worth a warning.
    IdleWithout(&'static str, &'static str, &'static str, &'static str),
    /// Unless the field is `true`, Argo Events does nothing with the block, and why. Worth a warning.
    ArgoNeedsTrue(&'static str, &'static str),
    /// A whole number that the field may not have, and why.
    Not(&'static str, i64, &'static str),
}
