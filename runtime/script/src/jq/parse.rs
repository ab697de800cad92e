//! Reading a filter: its grammar, and the resolution of its names on the way.

mod calls;
mod patterns;
mod terms;

use super::lex::{Token, tokens};
use super::scope::{Binding, Scope};
use super::syntax::{Def, Format, Node, NodeId, Op, Program};
use crate::script::Mistake;
use crate::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Functions that are written in jq themselves.
const PRELUDE: &str = include_str!("prelude.jq");

/// Brackets, functions and other nested parts go so deep; each level takes stack while it is read.
const MAX_NESTING: usize = 100;

const KEYWORDS: [&str; 18] = [
    "and", "as", "catch", "def", "elif", "else", "end", "foreach", "if", "import", "include", "label",
    "module", "or", "reduce", "then", "try", "__loc__",
];

/// Reads a filter.
pub(super) fn program(text: &str) -> Result<Program, Mistake> {
    let mut parser = Parser {
        text: "",
        tokens: Vec::new(),
        at: 0,
        nesting: 0,
        scope: Scope::default(),
        globals: BTreeMap::new(),
        program: Program::default(),
    };
    parser.read(PRELUDE)?;
    parser.definitions()?;
    parser.read(text)?;
    parser.definitions()?;
    let root =
        if parser.tokens.get(parser.at).is_none() { parser.add(Node::Identity) } else { parser.pipe()? };
    if parser.at < parser.tokens.len() {
        return Err(
            parser.mistake("this does not belong here; a `|`, a `,` or a bracket may be missing before it")
        );
    }
    parser.program.root = root;
    Ok(parser.program)
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<(Token, usize)>,
    at: usize,
    nesting: usize,
    scope: Scope,
    /// Functions outside all others, by name and number of parameters.
    globals: BTreeMap<(Arc<str>, usize), u32>,
    program: Program,
}

type Parsed = Result<NodeId, Mistake>;

/// What a pattern after `as` binds, one after the other; the first is bound to the value itself.
struct Bound {
    /// Where the later ones come from.
    sources: Vec<NodeId>,
    /// How many bindings the pattern has made.
    count: usize,
}

impl<'t> Parser<'t> {
    fn read(&mut self, text: &'t str) -> Result<(), Mistake> {
        (self.text, self.tokens, self.at) = (text, tokens(text)?, 0);
        Ok(())
    }

    fn mistake(&self, message: impl Into<String>) -> Mistake {
        self.mistake_at(self.at, message)
    }

    fn mistake_at(&self, token: usize, message: impl Into<String>) -> Mistake {
        Mistake::at(self.text, self.tokens.get(token).map_or(self.text.len(), |(_, start)| *start), message)
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.at += usize::from(token.is_some());
        token
    }

    fn sees(&self, sign: &str) -> bool {
        match self.peek() {
            Some(Token::Sign(found)) => *found == sign,
            Some(Token::Name(name)) => **name == *sign,
            _ => false,
        }
    }

    fn takes(&mut self, sign: &str) -> bool {
        let sees = self.sees(sign);
        self.at += usize::from(sees);
        sees
    }

    fn expects(&mut self, sign: &str) -> Result<(), Mistake> {
        if self.takes(sign) { Ok(()) } else { Err(self.mistake(format!("a `{sign}` is missing here"))) }
    }

    fn add(&mut self, node: Node) -> NodeId {
        self.program.nodes.push(node);
        (self.program.nodes.len() - 1) as NodeId
    }

    fn literal(&mut self, value: impl Into<Value>) -> NodeId {
        self.add(Node::Literal(value.into()))
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Mistake>) -> Result<T, Mistake> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(self.mistake("the filter nests too deeply; split it into functions"));
        }
        let result = read(self);
        self.nesting -= 1;
        result
    }

    /// Definitions that see only each other.
    fn definitions(&mut self) -> Result<(), Mistake> {
        while self.sees("def") {
            let (name, parameters) = self.head()?;
            let def = self.reserve();
            self.globals.insert((name, parameters.len()), def);
            self.body(def, &parameters)?;
        }
        Ok(())
    }

    fn reserve(&mut self) -> u32 {
        self.program.defs.push(Def { body: 0 });
        (self.program.defs.len() - 1) as u32
    }

    /// `def name(a; $b):`
    fn head(&mut self) -> Result<(Arc<str>, Vec<Token>), Mistake> {
        self.expects("def")?;
        let Some(Token::Name(name)) = self.next() else {
            return Err(self.mistake_at(self.at - 1, "the name of a function belongs here"));
        };
        let mut parameters = Vec::new();
        if self.takes("(") {
            loop {
                match self.next() {
                    Some(token @ (Token::Name(_) | Token::Variable(_))) => parameters.push(token),
                    _ => return Err(self.mistake_at(self.at - 1, "the name of a parameter belongs here")),
                }
                if !self.takes(";") {
                    break;
                }
            }
            self.expects(")")?;
        }
        self.expects(":")?;
        Ok((name, parameters))
    }

    /// The body of a function up to its `;`.
    fn body(&mut self, def: u32, parameters: &[Token]) -> Result<(), Mistake> {
        let outer = self.scope.len();
        for parameter in parameters {
            if let Token::Name(name) | Token::Variable(name) = parameter {
                self.scope.push(Binding::Closure(name.clone()));
            }
        }
        let mut values = Vec::new();
        for parameter in parameters {
            if let Token::Variable(name) = parameter {
                let distance = self.scope.closure(name).unwrap_or_default();
                values.push(self.add(Node::Closure(distance)));
                self.scope.push(Binding::Variable(name.clone()));
            }
        }
        let mut body = self.nested(Self::pipe)?;
        for source in values.into_iter().rev() {
            body = self.add(Node::Bind { source, body });
        }
        self.expects(";")?;
        self.scope.truncate(outer);
        if let Some(slot) = self.program.defs.get_mut(def as usize) {
            slot.body = body;
        }
        Ok(())
    }

    fn pipe(&mut self) -> Parsed {
        let outer = self.scope.len();
        // What stands around the rest of the pipe: functions, labels, bindings, and the left sides of `|`.
        let mut around: Vec<Around> = Vec::new();
        let last = loop {
            if self.sees("def") {
                let (name, parameters) = self.head()?;
                let def = self.reserve();
                self.scope.push(Binding::Function { name, arity: parameters.len(), def });
                self.body(def, &parameters)?;
                around.push(Around::Local);
            } else if self.takes("label") {
                let Some(Token::Variable(name)) = self.next() else {
                    return Err(
                        self.mistake_at(self.at - 1, "the name of a label belongs here, such as `$out`")
                    );
                };
                self.scope.push(Binding::Label(name));
                around.push(Around::Label);
                self.expects("|")?;
            } else {
                let node = self.comma()?;
                // In gojq the source of a binding is everything between commas, not only a term.
                if self.takes("as") {
                    let bound = self.pattern()?;
                    around.push(Around::Bind(node));
                    around.extend(bound.sources.into_iter().map(Around::Bind));
                    self.expects("|")?;
                } else if self.takes("|") {
                    around.push(Around::Pipe(node));
                } else {
                    break node;
                }
            }
        };
        self.scope.truncate(outer);
        Ok(around.into_iter().rev().fold(last, |inner, around| {
            self.add(match around {
                Around::Local => Node::Local(inner),
                Around::Label => Node::Label(inner),
                Around::Bind(source) => Node::Bind { source, body: inner },
                Around::Pipe(left) => Node::Pipe(left, inner),
            })
        }))
    }

    fn comma(&mut self) -> Parsed {
        let mut items = vec![self.binary(0)?];
        while self.takes(",") {
            let item = self.binary(0)?;
            // A binding after the first item takes the rest of the pipe, but only this item is its source.
            items.push(if self.sees("as") { self.bound_rest(item)? } else { item });
        }
        let last = items.pop().unwrap_or_default();
        Ok(items.into_iter().rev().fold(last, |right, left| self.add(Node::Comma(left, right))))
    }

    /// `source as … | body` within a larger expression; it takes everything up to the end of the pipe.
    fn bound_rest(&mut self, source: NodeId) -> Parsed {
        self.nested(|parser| {
            parser.expects("as")?;
            let outer = parser.scope.len();
            let bound = parser.pattern()?;
            parser.expects("|")?;
            let body = parser.pipe()?;
            parser.scope.truncate(outer);
            let body = parser.wrap(bound.sources, body);
            Ok(parser.add(Node::Bind { source, body }))
        })
    }

    fn wrap(&mut self, sources: Vec<NodeId>, body: NodeId) -> NodeId {
        sources.into_iter().rev().fold(body, |body, source| self.add(Node::Bind { source, body }))
    }

    /// Operators that bind at least so tightly.
    fn binary(&mut self, least: u8) -> Parsed {
        let mut left = self.postfix()?;
        let mut compared = u8::MAX;
        while let Some((operator, level)) = self.operator() {
            if level < least {
                break;
            }
            // Assignments and comparisons do not chain.
            if level == compared {
                return Err(self.mistake("this does not chain; put one side into brackets"));
            }
            compared = if level == 1 || level == 4 { level } else { u8::MAX };
            self.at += 1;
            let right = self.nested(|parser| parser.binary(if level == 0 { 0 } else { level + 1 }))?;
            left = self.apply(operator, left, right)?;
        }
        Ok(left)
    }

    fn operator(&self) -> Option<(&'static str, u8)> {
        let sign = match self.peek()? {
            Token::Sign(sign) => *sign,
            Token::Name(name) if **name == *"and" => "and",
            Token::Name(name) if **name == *"or" => "or",
            _ => return None,
        };
        let level = match sign {
            "//" => 0,
            "=" | "|=" | "+=" | "-=" | "*=" | "/=" | "%=" | "//=" => 1,
            "or" => 2,
            "and" => 3,
            "==" | "!=" | "<" | "<=" | ">" | ">=" => 4,
            "+" | "-" => 5,
            "*" | "/" | "%" => 6,
            _ => return None,
        };
        Some((sign, level))
    }

    fn apply(&mut self, operator: &str, left: NodeId, right: NodeId) -> Parsed {
        let op = match operator {
            "//" => return Ok(self.add(Node::Alternative(left, right))),
            "and" => return Ok(self.add(Node::And(left, right))),
            "or" => return Ok(self.add(Node::Or(left, right))),
            "|=" => return Ok(self.add(Node::Modify { paths: left, update: right })),
            "=" => return self.global("_assign", vec![left, right]),
            "+=" => return self.global("_update_add", vec![left, right]),
            "-=" => return self.global("_update_subtract", vec![left, right]),
            "*=" => return self.global("_update_multiply", vec![left, right]),
            "/=" => return self.global("_update_divide", vec![left, right]),
            "%=" => return self.global("_update_modulo", vec![left, right]),
            "//=" => return self.global("_update_alternative", vec![left, right]),
            "+" => Op::Add,
            "-" => Op::Subtract,
            "*" => Op::Multiply,
            "/" => Op::Divide,
            "%" => Op::Modulo,
            "==" => Op::Equal,
            "!=" => Op::Unequal,
            "<" => Op::Less,
            "<=" => Op::AtMost,
            ">" => Op::Greater,
            _ => Op::AtLeast,
        };
        Ok(self.add(Node::Binary { op, left, right }))
    }

    fn global(&mut self, name: &str, args: Vec<NodeId>) -> Parsed {
        match self.globals.get(&(name.into(), args.len())).copied() {
            Some(def) => Ok(self.add(Node::CallGlobal { def, args })),
            None => Err(self.mistake(format!("there is no function `{name}`"))),
        }
    }

    /// A term with everything that follows it directly.
    fn postfix(&mut self) -> Parsed {
        if self.takes("-") {
            let operand = self.nested(Self::postfix)?;
            return Ok(self.add(Node::Negate(operand)));
        }
        let mut node = self.term()?;
        loop {
            match self.peek().cloned() {
                Some(Token::Field(name)) => {
                    self.at += 1;
                    let key = self.literal(&*name);
                    node = self.add(Node::Index { target: node, key });
                }
                Some(Token::Sign("?")) => {
                    self.at += 1;
                    node = self.add(Node::Try { body: node, handler: None });
                }
                Some(Token::Sign("[")) => node = self.bracket(node)?,
                Some(Token::Sign("."))
                    if matches!(
                        self.tokens.get(self.at + 1),
                        Some((Token::Sign("[") | Token::TextStart, _))
                    ) =>
                {
                    self.at += 1;
                    if self.sees("[") {
                        node = self.bracket(node)?;
                    } else {
                        let key = self.text_literal(Format::Text)?;
                        node = self.add(Node::Index { target: node, key });
                    }
                }
                _ => return Ok(node),
            }
        }
    }

    /// `[…]` after a term.
    fn bracket(&mut self, target: NodeId) -> Parsed {
        self.expects("[")?;
        if self.takes("]") {
            return Ok(self.add(Node::Each(target)));
        }
        let from = if self.sees(":") { None } else { Some(self.nested(Self::pipe)?) };
        let node = if self.takes(":") {
            let to = if self.sees("]") { None } else { Some(self.nested(Self::pipe)?) };
            Node::Slice { target, from, to }
        } else {
            Node::Index { target, key: from.unwrap_or_default() }
        };
        self.expects("]")?;
        Ok(self.add(node))
    }
}

enum Around {
    Local,
    Label,
    Bind(NodeId),
    Pipe(NodeId),
}
