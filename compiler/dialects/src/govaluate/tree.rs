//! Words to a tree.
//!
//! The grammar is right-recursive at every level, so `a - b - c` is first read as `a - (b - c)`. Chains of one level are
//! then mirrored. Both steps are govaluate's: its oddities, such as brackets within brackets turning into two sides of one
//! stage, come out the same.

use super::token::{LOWEST_LEVEL, Op, Token};
use super::{ExpressionError, MAX_NESTING};
use crate::dynamic::Dynamic;
use aev_plan::re2::Pattern;
use std::collections::BTreeSet;

/// A planned expression.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub stages: Vec<Stage>,
    pub root: usize,
}

/// One step of an evaluation, with what it needs on either side.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub does: Does,
    pub left: Option<usize>,
    pub right: Option<usize>,
}

/// What a stage does.
#[derive(Clone, Debug)]
pub(super) enum Does {
    /// Brackets: it is its right side.
    Bracket,
    Operator(Op),
    Constant(Dynamic),
    Pattern(Pattern),
    Variable(String),
    Access(Vec<String>),
}

impl Does {
    /// Stages of one rank in a row are mirrored.
    fn rank(&self) -> u8 {
        match self {
            Does::Bracket => 20,
            Does::Operator(op) => op.level(),
            Does::Constant(_) | Does::Pattern(_) | Does::Variable(_) => 21,
            Does::Access(_) => 22,
        }
    }
}

/// Plans an expression.
pub(super) fn plan(tokens: Vec<Token>) -> Result<Tree, ExpressionError> {
    let mut planner = Planner { tokens: tokens.into_iter().peekable(), stages: Vec::new(), depth: 0 };
    let root = planner.level(LOWEST_LEVEL)?.ok_or_else(|| ExpressionError::new("the expression is empty"))?;
    let mut tree = Tree { stages: planner.stages, root };
    tree.reorder(root);
    Ok(tree)
}

struct Planner {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    stages: Vec<Stage>,
    depth: usize,
}

impl Planner {
    fn push(&mut self, does: Does, left: Option<usize>, right: Option<usize>) -> usize {
        self.stages.push(Stage { does, left, right });
        self.stages.len() - 1
    }

    fn next_operator(&mut self, level: u8) -> Option<Op> {
        match self.tokens.peek() {
            Some(Token::Infix(op)) if op.level() == level => {
                let op = *op;
                self.tokens.next();
                Some(op)
            }
            _ => None,
        }
    }

    /// Operands and operators of a level, leaning to the right. An operand may be missing before `)`.
    fn level(&mut self, level: u8) -> Result<Option<usize>, ExpressionError> {
        if level == 0 {
            return self.value();
        }
        let mut chain = Vec::new();
        let mut last = self.level(level - 1)?;
        while let Some(op) = self.next_operator(level) {
            chain.push((last, op));
            last = self.level(level - 1)?;
        }
        for (left, op) in chain.into_iter().rev() {
            last = Some(self.push(Does::Operator(op), left, last));
        }
        Ok(last)
    }

    /// A whole expression within another.
    fn nested(&mut self) -> Result<Option<usize>, ExpressionError> {
        self.depth += 1;
        // Brackets behind `name.Field` nest without being nested.
        if self.depth > 2 * MAX_NESTING {
            return Err(ExpressionError::new(
                "brackets nest too deeply in this expression; write it flatter",
            ));
        }
        let inner = self.level(LOWEST_LEVEL);
        self.depth -= 1;
        inner
    }

    fn value(&mut self) -> Result<Option<usize>, ExpressionError> {
        let does = match self.tokens.next_if(|token| !matches!(token, Token::Close)) {
            None => return Ok(None),
            Some(Token::Open) => {
                let inner = self.nested()?;
                // Meant for the `)`, but a value right behind an inner `)` goes the same way.
                self.tokens.next();
                return Ok(Some(self.push(Does::Bracket, None, inner)));
            }
            Some(Token::Prefix(op)) => {
                let right = self.value()?;
                return Ok(Some(self.push(Does::Operator(op), None, right)));
            }
            Some(Token::Accessor(parts)) => {
                let arguments = match self.tokens.peek() {
                    Some(Token::Open) => self.nested()?,
                    _ => None,
                };
                return Ok(Some(self.push(Does::Access(parts), None, arguments)));
            }
            Some(Token::Number(value) | Token::Time(value)) => Does::Constant(Dynamic::Number(value)),
            Some(Token::Bool(value)) => Does::Constant(Dynamic::Bool(value)),
            Some(Token::Text(text)) => Does::Constant(Dynamic::Text(text)),
            Some(Token::Pattern(pattern)) => Does::Pattern(pattern),
            Some(Token::Variable(name)) => Does::Variable(name),
            Some(Token::Infix(op)) => {
                return Err(ExpressionError::new(format!("a value is missing before `{}`", op.sign())));
            }
            Some(Token::Close) => return Ok(None),
        };
        Ok(Some(self.push(does, None, None)))
    }
}

impl Tree {
    /// The names of the variables.
    pub fn variables(&self) -> BTreeSet<&str> {
        fn name(stage: &Stage) -> Option<&str> {
            match &stage.does {
                Does::Variable(name) => Some(name),
                Does::Access(parts) => parts.first().map(String::as_str),
                _ => None,
            }
        }
        self.stages.iter().filter_map(name).collect()
    }

    fn stage(&mut self, index: usize) -> Option<&mut Stage> {
        self.stages.get_mut(index)
    }

    /// Mirrors every run of stages of one rank, going down the right side.
    fn reorder(&mut self, root: usize) {
        let mut run: Vec<usize> = Vec::new();
        let mut rank = None;
        let mut next = Some(root);
        while let Some(current) = next {
            let Some(stage) = self.stages.get(current) else { return };
            let (left, here) = (stage.left, stage.does.rank());
            next = stage.right;
            if let Some(left) = left {
                self.reorder(left);
            }
            if rank != Some(here) {
                self.mirror(&run);
                run.clear();
                rank = Some(here);
            }
            run.push(current);
        }
        self.mirror(&run);
    }

    fn mirror(&mut self, run: &[usize]) {
        let (Some(&first), Some(&last)) = (run.first(), run.last()) else { return };
        if first == last {
            return;
        }
        for &index in run {
            if let Some(stage) = self.stage(index) {
                std::mem::swap(&mut stage.left, &mut stage.right);
            }
        }
        let carried = self.stage(last).map(|stage| stage.left.take()).unwrap_or_default();
        let outer =
            self.stage(first).map(|stage| std::mem::replace(&mut stage.right, carried)).unwrap_or_default();
        if let Some(stage) = self.stage(last) {
            stage.left = outer;
        }
        let length = run.len();
        for i in 0..(length - 2) / 2 + 1 {
            let (Some(&front), Some(&back)) = (run.get(i + 1), run.get(length - i - 1)) else { continue };
            let right = self.stage(front).map(|stage| stage.right).unwrap_or_default();
            let other =
                self.stage(back).map(|stage| std::mem::replace(&mut stage.right, right)).unwrap_or_default();
            if let Some(stage) = self.stage(front) {
                stage.right = other;
            }
        }
        for i in 0..length / 2 {
            let (Some(&front), Some(&back)) = (run.get(i), run.get(length - i - 1)) else { continue };
            if let Ok([front, back]) = self.stages.get_disjoint_mut([front, back]) {
                std::mem::swap(&mut front.does, &mut back.does);
            }
        }
    }
}
