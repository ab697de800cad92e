//! What can be wrong with the form of a text: data, without words.
//!
//! Each variant is documented with the message it should give, `…` standing for its data.

use super::ast::Span;
use super::tree::span;

/// A mistake in the form of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where the caret belongs. Empty when something is missing: just behind what came before.
    pub span: Span,
    /// What is wrong.
    pub kind: SyntaxErrorKind,
}

impl SyntaxError {
    /// The same, of a text that begins so many bytes earlier.
    pub(super) fn moved(mut self, by: usize) -> Self {
        let place = |at: Span| span(at.start as usize + by, at.end as usize + by);
        self.span = place(self.span);
        match &mut self.kind {
            SyntaxErrorKind::Mismatched { open: other, .. }
            | SyntaxErrorKind::MissingMark { partner: Some(other), .. } => *other = place(*other),
            _ => {}
        }
        self
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// "expected `a`, `b` or a value, found `c`". With nothing expected: "`c` makes no sense here".
    Unexpected {
        /// What stands there.
        found: Found,
        /// What could stand there, the likeliest first.
        expected: Vec<Expected>,
    },
    /// "this string has no closing `"`"; the span is its opening quote.
    UnterminatedString,
    /// "this string has no closing `"""`"; the span is its opening quotes.
    UnterminatedText,
    /// "this `{` is never closed"; the span is the bracket.
    Unclosed {
        /// `{`, `[`, `(`, `<` or `${`.
        open: &'static str,
        /// What closes it.
        close: &'static str,
    },
    /// "expected `]` for the `[` here, found `}`"; the span is what was found.
    Mismatched {
        /// The open bracket.
        open: Span,
        /// What would close it.
        close: &'static str,
        /// What stands there instead.
        found: char,
    },
    /// "there is a `[` missing here"; the span is empty.
    MissingMark {
        /// An opening bracket or quote.
        mark: char,
        /// The bracket that closes it.
        partner: Option<Span>,
    },
    /// "nothing is open that this `}` could close".
    Unopened(char),
    /// "a key and its value are separated by `:`"; the span is the `=`.
    UseColon,
    /// "a name is given its value with `=`"; the span is the `:`.
    UseEquals,
    /// "`==` compares; a single `=` does not stand in a value"; the span is the `=`.
    UseDoubleEquals,
    /// "write `and` instead of `&&`".
    UseWords {
        /// `&&`, `||`, `!`, `=~`, `===`, `!==`, `<>`, `=>`, `=<`
        wrote: &'static str,
        /// `and`, `or`, `not`, `matches`, `==`, `!=`, `>=`, `<=`
        mean: &'static str,
    },
    /// "strings have double quotes"; the span is the whole string.
    SingleQuotes,
    /// "entries are separated by newlines or commas"; the span is the `;`.
    Semicolon,
    /// "comments begin with `//`"; the span is the comment.
    CommentForm,
    /// "a `///` comment documents what follows, and nothing follows; write `//`".
    DanglingDoc,
    /// "minus has blanks on both sides: `a - b`"; the span is the `-`.
    MinusNeedsBlanks,
    /// "the bracket of a call or an index touches what it follows"; the span is the bracket.
    TouchesWhatItFollows(char),
    /// "`if` is reserved and cannot be a name".
    ReservedName(String),
    /// "`\q` is no escape; there are `\n \t \r \" \\ \u{…} \${`"; the span is the escape.
    BadEscape,
    /// "`12abc` is no number, duration, size, rate or time of day".
    BadNumber,
    /// "this is no duration; write `6h`"; the span is `6 hours`.
    BadDuration {
        /// The duration that is meant.
        mean: String,
    },
    /// "a key is constant text, without `${…}`"; the span is the key.
    InterpolatedKey,
    /// "comparisons do not chain: join two with `and`"; the span is the second operator.
    ChainedComparison,
    /// "put parentheses around this `not`, `if`, `any` or `all`"; the span is that word.
    NeedsParentheses,
    /// "an `if` that is a value needs a `then`"; the span is the `if`.
    IfWithoutThen,
    /// "an `if` that is a value needs an `else`"; the span is the `if`.
    IfWithoutElse,
    /// "an item stands beside others, and not inside braces"; the span is its first word.
    NestedItem,
    /// "a value in text has one pair of braces: `${…}`"; the span is the second brace.
    DoubleBraces,
    /// "the elements of a list stand in `[…]`"; the span is the first `-`, or the bracket that stands for `[`.
    WrongList,
    /// "text over several lines stands in `"""`"; the span is the `|` or `>`.
    BlockText,
    /// "an attribute of an event is read with `::`"; the span is the `:`.
    UseColons,
    /// "an `on-failure` has a hyphen and a name, and no colon"; the span is what stands too much, or empty where the name is missing.
    FailureForm,
    /// "`workflow.run` is followed by the name of a template"; the span is the word.
    NoTarget(String),
    /// "`..` and `at` stand only after `in`, as in `e::time in 09:00..17:00 at \"UTC\"`"; the span is the operator.
    MisplacedRange,
    /// "the header comes first, and once"; the span is the word `pipeline`.
    MisplacedHeader,
    /// "`raw` is the last entry of its block"; the span is the word.
    RawNotLast,
    /// "the block has this already"; the span is the second `raw` or `verify`.
    Twice,
    /// "nested deeper than … levels"; the span is what goes too far.
    TooDeep {
        /// How deep is allowed.
        limit: usize,
    },
    /// "an expression of more than … parts; name some with `let`"; the span is the expression.
    TooLong {
        /// How many are allowed.
        limit: usize,
    },
    /// "a file has at most … bytes"; the span is empty, at the limit.
    TooLarge {
        /// How many are allowed.
        limit: usize,
    },
}

/// What stands where something else was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A word, a number or a sign, as written.
    Text(String),
    /// The end of the line.
    EndOfLine,
    /// The end of the file.
    EndOfFile,
}

/// What could stand somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expected {
    /// A keyword or a sign, as written.
    Token(&'static str),
    /// "a name"
    Name,
    /// "a key"
    Key,
    /// "text in quotes"
    Text,
    /// "a value"
    Value,
    /// "an operator"
    Operator,
    /// "a type"
    Type,
    /// "a kind"
    Kind,
    /// "a number"
    Number,
    /// "a duration, such as `5m`"
    Duration,
    /// "an item, such as `source` or `trigger`"
    Item,
    /// "an action"
    Action,
    /// "a block in braces"
    Block,
    /// "the end of this entry"
    End,
}
