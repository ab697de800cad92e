//! The language, through the compiler's public interface; a module an area.

#![expect(clippy::string_slice, reason = "tests slice texts whose boundaries they know")]

#[cfg(test)]
mod allow;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod evaluator;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod fixes;
#[cfg(test)]
mod format;
#[cfg(test)]
mod functions;
#[cfg(test)]
mod habits;
#[cfg(test)]
mod manifests;
#[cfg(test)]
mod marked;
#[cfg(test)]
mod mistakes;
#[cfg(test)]
mod mutation;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod recovery;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod scale;
#[cfg(test)]
mod trees;
