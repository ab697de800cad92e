//! The words of an expression, and which may follow which.

use aev_plan::re2::Pattern;

/// An operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Matches,
    MatchesNot,
    In,
    And,
    Or,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulus,
    Exponent,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
    Negate,
    Invert,
    BitNot,
    Then,
    Else,
    Coalesce,
    Separate,
}

impl Op {
    /// As it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Op::Equal => "==",
            Op::NotEqual => "!=",
            Op::Greater => ">",
            Op::GreaterOrEqual => ">=",
            Op::Less => "<",
            Op::LessOrEqual => "<=",
            Op::Matches => "=~",
            Op::MatchesNot => "!~",
            Op::In => "in",
            Op::And => "&&",
            Op::Or => "||",
            Op::Add => "+",
            Op::Subtract | Op::Negate => "-",
            Op::Multiply => "*",
            Op::Divide => "/",
            Op::Modulus => "%",
            Op::Exponent => "**",
            Op::BitAnd => "&",
            Op::BitOr => "|",
            Op::BitXor => "^",
            Op::ShiftLeft => "<<",
            Op::ShiftRight => ">>",
            Op::Invert => "!",
            Op::BitNot => "~",
            Op::Then => "?",
            Op::Else => ":",
            Op::Coalesce => "??",
            Op::Separate => ",",
        }
    }

    /// How tightly it binds, the tightest first. These are the levels of the grammar.
    pub fn level(self) -> u8 {
        match self {
            Op::Negate | Op::Invert | Op::BitNot => 0,
            Op::Exponent => 1,
            Op::Multiply | Op::Divide | Op::Modulus => 2,
            Op::Add | Op::Subtract => 3,
            Op::ShiftLeft | Op::ShiftRight => 4,
            Op::BitAnd | Op::BitOr | Op::BitXor => 5,
            Op::Equal | Op::NotEqual | Op::Greater | Op::GreaterOrEqual | Op::Less | Op::LessOrEqual => 6,
            Op::Matches | Op::MatchesNot | Op::In => 6,
            Op::And => 7,
            Op::Or => 8,
            Op::Then | Op::Else | Op::Coalesce => 9,
            Op::Separate => LOWEST_LEVEL,
        }
    }

    pub fn prefix(sign: &str) -> Option<Op> {
        [Op::Negate, Op::Invert, Op::BitNot].into_iter().find(|op| op.sign() == sign)
    }

    /// An operator between two values.
    pub fn infix(sign: &str) -> Option<Op> {
        INFIX.into_iter().find(|op| op.sign() == sign)
    }
}

/// The level of `,`.
pub(super) const LOWEST_LEVEL: u8 = 10;

const INFIX: [Op; 24] = [
    Op::Add,
    Op::Subtract,
    Op::Multiply,
    Op::Divide,
    Op::Modulus,
    Op::Exponent,
    Op::BitAnd,
    Op::BitOr,
    Op::BitXor,
    Op::ShiftLeft,
    Op::ShiftRight,
    Op::And,
    Op::Or,
    Op::Equal,
    Op::NotEqual,
    Op::Greater,
    Op::GreaterOrEqual,
    Op::Less,
    Op::LessOrEqual,
    Op::Matches,
    Op::MatchesNot,
    Op::Then,
    Op::Else,
    Op::Coalesce,
];

/// A word of an expression.
#[derive(Clone, Debug)]
pub(super) enum Token {
    Prefix(Op),
    Infix(Op),
    Number(f64),
    Bool(bool),
    Text(String),
    /// A text behind `=~` or `!~`.
    Pattern(Pattern),
    /// Seconds since 1970.
    Time(f64),
    Variable(String),
    /// `name.Field`
    Accessor(Vec<String>),
    Open,
    Close,
}

/// What decides what may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Start,
    Prefix,
    Modifier,
    Comparator,
    Logical,
    Ternary,
    Separator,
    Number,
    Bool,
    Text,
    Time,
    Variable,
    Accessor,
    Open,
    Close,
}

impl Token {
    pub fn kind(&self) -> Kind {
        match self {
            Token::Prefix(_) => Kind::Prefix,
            Token::Infix(op) => match op.level() {
                0..=5 => Kind::Modifier,
                6 => Kind::Comparator,
                7 | 8 => Kind::Logical,
                9 => Kind::Ternary,
                _ => Kind::Separator,
            },
            Token::Number(_) => Kind::Number,
            Token::Bool(_) => Kind::Bool,
            Token::Text(_) | Token::Pattern(_) => Kind::Text,
            Token::Time(_) => Kind::Time,
            Token::Variable(_) => Kind::Variable,
            Token::Accessor(_) => Kind::Accessor,
            Token::Open => Kind::Open,
            Token::Close => Kind::Close,
        }
    }
}

impl Kind {
    /// Whether `next` may stand behind this.
    pub fn allows(self, next: Kind) -> bool {
        use Kind::*;
        let infix = matches!(next, Modifier | Comparator | Logical | Close | Separator);
        let operand = matches!(next, Number | Bool | Variable | Accessor | Open);
        match self {
            Start => operand || matches!(next, Prefix | Text | Time),
            Open => operand || matches!(next, Prefix | Text | Time | Close),
            Close => infix || matches!(next, Number | Bool | Variable | Text | Time | Open | Ternary),
            Number | Bool | Text | Variable => infix || next == Ternary,
            Time => infix,
            Accessor => infix || matches!(next, Ternary | Open),
            Modifier => operand || matches!(next, Prefix | Text | Close),
            Comparator | Logical => operand || matches!(next, Prefix | Text | Time | Close),
            Prefix => operand || next == Close,
            Ternary => operand || matches!(next, Prefix | Text | Time | Separator),
            Separator => operand || matches!(next, Prefix | Text | Time),
        }
    }

    /// Whether an expression may end with this.
    pub fn ends(self) -> bool {
        use Kind::*;
        matches!(self, Close | Number | Bool | Text | Time | Variable | Accessor)
    }
}
