//! Whether a part of a filter always gives something (or fails), found without running it.

use super::syntax::{Node, NodeId, Program};

/// Calls are followed so deep; beyond, the answer is no.
const MAX_DEPTH: usize = 12;

/// True only when it is certain.
pub(super) fn always_gives(program: &Program, node: NodeId) -> bool {
    gives(program, node, 0)
}

fn gives(program: &Program, node: NodeId, depth: usize) -> bool {
    let Some(node) = program.nodes.get(node as usize).filter(|_| depth < MAX_DEPTH) else { return false };
    let all = |nodes: &[NodeId]| nodes.iter().all(|node| gives(program, *node, depth + 1));
    match node {
        Node::Identity | Node::Literal(_) | Node::Variable(_) | Node::List(_) => true,
        Node::Negate(inner) | Node::GetPath(inner) => all(&[*inner]),
        Node::Modify { .. } => true,
        Node::Index { target: a, key: b }
        | Node::Pipe(a, b)
        | Node::Binary { left: a, right: b, .. }
        | Node::And(a, b)
        | Node::Or(a, b)
        | Node::Bind { source: a, body: b } => all(&[*a, *b]),
        Node::If { condition, then, otherwise } => all(&[*condition, *then, *otherwise]),
        Node::Slice { target, from, to } => {
            all(&[*target]) && from.is_none_or(|from| all(&[from])) && to.is_none_or(|to| all(&[to]))
        }
        Node::Object(members) => members.iter().all(|(key, value)| all(&[*key, *value])),
        Node::Text { parts, .. } => all(parts),
        Node::Native { args, .. } => all(args),
        Node::Reduce { init, .. } => all(&[*init]),
        // Parameters are closures, and what they give is not known within the body; only calls that bind values count.
        Node::CallGlobal { def, args } => {
            all(args.get(1..).unwrap_or_default())
                && program.defs.get(*def as usize).is_some_and(|def| binds_only(program, def.body, depth + 1))
        }
        _ => false,
    }
}

/// The body of an assignment: it binds its second parameter and goes over the paths of the first.
fn binds_only(program: &Program, node: NodeId, depth: usize) -> bool {
    match program.nodes.get(node as usize) {
        Some(Node::Bind { source, body }) => {
            matches!(program.nodes.get(*source as usize), Some(Node::Closure(_)))
                && gives(program, *body, depth + 1)
        }
        _ => false,
    }
}
