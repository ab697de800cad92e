//! Text to words.

use super::token::{Kind, Op, Token};
use super::{ExpressionError, MAX_NESTING, date};
use crate::number::parse_float;
use aev_plan::re2::Pattern;
use std::sync::LazyLock;

/// The words of an expression, checked for what may follow what.
pub(super) fn tokens(source: &str) -> Result<Vec<Token>, ExpressionError> {
    let mut lexer = Lexer { chars: source.chars().collect(), at: 0 };
    let mut tokens: Vec<Token> = Vec::new();
    let mut last = Kind::Start;
    let (mut opened, mut closed, mut depth) = (0usize, 0usize, 0usize);
    while let Some(token) = lexer.token(last)? {
        last = token.kind();
        match last {
            Kind::Open => {
                opened += 1;
                depth += 1;
            }
            Kind::Close => {
                closed += 1;
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        if depth > MAX_NESTING {
            return Err(ExpressionError::new(
                "brackets nest too deeply in this expression; write it flatter",
            ));
        }
        tokens.push(token);
    }
    if opened != closed {
        return Err(ExpressionError::new("an expression needs as many `)` as `(`"));
    }
    check_order(&tokens)?;
    compile_patterns(&mut tokens)?;
    Ok(tokens)
}

fn check_order(tokens: &[Token]) -> Result<(), ExpressionError> {
    let mut last = Kind::Start;
    for token in tokens {
        let next = token.kind();
        if !last.allows(next) {
            return Err(ExpressionError::new(format!(
                "{} cannot follow {} in an expression",
                name(next),
                name(last)
            )));
        }
        last = next;
    }
    if last.ends() {
        Ok(())
    } else {
        Err(ExpressionError::new("the expression ends where a value is missing"))
    }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Start => "the beginning",
        Kind::Prefix => "a sign before a value",
        Kind::Modifier => "an arithmetic operator",
        Kind::Comparator => "a comparison",
        Kind::Logical => "`&&` or `||`",
        Kind::Ternary => "`?`, `:` or `??`",
        Kind::Separator => "`,`",
        Kind::Number => "a number",
        Kind::Bool => "`true` or `false`",
        Kind::Text => "a text",
        Kind::Time => "a date",
        Kind::Variable => "a name",
        Kind::Accessor => "a name with a dot",
        Kind::Open => "`(`",
        Kind::Close => "`)`",
    }
}

/// A text right behind `=~` or `!~` is a pattern.
fn compile_patterns(tokens: &mut [Token]) -> Result<(), ExpressionError> {
    let mut before = None;
    for token in tokens {
        if matches!(before, Some(Op::Matches | Op::MatchesNot))
            && let Token::Text(text) = token
        {
            let pattern = Pattern::new(text).map_err(|error| ExpressionError::new(error.message))?;
            *token = Token::Pattern(pattern);
        }
        before = if let Token::Infix(op) = token { Some(*op) } else { None };
    }
    Ok(())
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
}

impl Lexer {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    /// The next word; `last` is what stood before it.
    fn token(&mut self, last: Kind) -> Result<Option<Token>, ExpressionError> {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        let Some(c) = self.peek() else { return Ok(None) };
        Ok(Some(match c {
            _ if is_numeric(c) => self.number()?,
            ',' => self.sign(Token::Infix(Op::Separate)),
            '(' => self.sign(Token::Open),
            ')' => self.sign(Token::Close),
            '[' => {
                self.at += 1;
                Token::Variable(
                    self.enclosed(|c| c == ']', "this `[` has no `]` behind it; a name may stand in `[…]`")?,
                )
            }
            '\'' | '"' => {
                self.at += 1;
                let text = self
                    .enclosed(|c| c == '\'' || c == '"', "a text in this expression has no closing quote")?;
                date::parse_date(&text).map_or(Token::Text(text), |seconds| Token::Time(seconds as f64))
            }
            _ if is_letter(c) => self.name()?,
            _ => self.operator(last)?,
        }))
    }

    fn sign(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    /// Reads on while `wanted`; a blank behind the first character ends it too. `\` takes any character.
    fn word(&mut self, wanted: impl Fn(char) -> bool) -> Result<String, ExpressionError> {
        let mut word = String::new();
        while let Some(c) = self.peek() {
            if c == '\\' {
                word.push(self.escaped()?);
            } else if c.is_whitespace() {
                self.at += 1;
                if !word.is_empty() {
                    break;
                }
            } else if wanted(c) {
                word.push(c);
                self.at += 1;
            } else {
                break;
            }
        }
        Ok(word)
    }

    fn escaped(&mut self) -> Result<char, ExpressionError> {
        let c = self.chars.get(self.at + 1).copied();
        self.at += 2;
        c.ok_or_else(|| ExpressionError::new("an expression cannot end with `\\`"))
    }

    /// Reads up to a closing character and passes it.
    fn enclosed(&mut self, closes: fn(char) -> bool, unclosed: &str) -> Result<String, ExpressionError> {
        let mut text = String::new();
        loop {
            match self.peek() {
                None => return Err(ExpressionError::new(unclosed)),
                Some('\\') => text.push(self.escaped()?),
                Some(c) => {
                    self.at += 1;
                    if closes(c) {
                        return Ok(text);
                    }
                    text.push(c);
                }
            }
        }
    }

    fn number(&mut self) -> Result<Token, ExpressionError> {
        let invalid = |text: &str| ExpressionError::new(format!("`{text}` is no number"));
        let next = self.chars.get(self.at + 1).copied();
        if self.peek() == Some('0') && next == Some('x') && self.chars.len() > self.at + 2 {
            self.at += 2;
            let digits = self.word(|c| is_digit(c) || matches!(c, 'a'..='f' | 'A'..='F'))?;
            let value = u64::from_str_radix(&digits, 16).ok().filter(|_| !digits.starts_with('+'));
            return value
                .map(|value| Token::Number(value as f64))
                .ok_or_else(|| invalid(&format!("0x{digits}")));
        }
        let text = self.word(is_numeric)?;
        parse_float(&text).map(Token::Number).map_err(|_| invalid(&text))
    }

    fn name(&mut self) -> Result<Token, ExpressionError> {
        let name = self.word(|c| is_letter(c) || is_digit(c) || c == '_' || c == '.')?;
        if name.contains('.') {
            return accessor(&name);
        }
        Ok(match name.as_str() {
            "true" => Token::Bool(true),
            "false" => Token::Bool(false),
            "in" | "IN" => Token::Infix(Op::In),
            _ => Token::Variable(name),
        })
    }

    fn operator(&mut self, last: Kind) -> Result<Token, ExpressionError> {
        let sign = self.word(|c| !(is_digit(c) || is_letter(c) || "()[]'\"".contains(c)))?;
        if last.allows(Kind::Prefix)
            && let Some(op) = Op::prefix(&sign)
        {
            return Ok(Token::Prefix(op));
        }
        Op::infix(&sign).map(Token::Infix).ok_or_else(|| {
            ExpressionError::new(format!("`{sign}` is no operator; put blanks between two operators, and names with other signs in `[…]`"))
        })
    }
}

/// `name.Field`. There are no such things in events, but only evaluating one is an error.
fn accessor(name: &str) -> Result<Token, ExpressionError> {
    if name.ends_with('.') {
        return Err(ExpressionError::new(format!("the name `{name}` ends with a dot")));
    }
    let parts: Vec<String> = name.split('.').map(str::to_owned).collect();
    let lower = |part: &String| part.chars().next().is_some_and(|c| !c.to_uppercase().eq([c]));
    if parts.iter().skip(1).any(lower) {
        let message = format!(
            "`{name}` reads a field of a variable, which no event has; name the path in `fields` instead"
        );
        return Err(ExpressionError::new(message));
    }
    Ok(Token::Accessor(parts))
}

fn is_numeric(c: char) -> bool {
    is_digit(c) || c == '.'
}

/// Unicode's Nd.
fn is_digit(c: char) -> bool {
    static DIGIT: LazyLock<Option<Pattern>> = LazyLock::new(|| Pattern::new(r"\p{Nd}").ok());
    c.is_ascii_digit() || (!c.is_ascii() && is_in(&DIGIT, c))
}

/// Unicode's L.
fn is_letter(c: char) -> bool {
    static LETTER: LazyLock<Option<Pattern>> = LazyLock::new(|| Pattern::new(r"\pL").ok());
    c.is_ascii_alphabetic() || (!c.is_ascii() && is_in(&LETTER, c))
}

fn is_in(class: &Option<Pattern>, c: char) -> bool {
    class.as_ref().is_some_and(|class| class.is_match(c.encode_utf8(&mut [0; 4])))
}
