//! What the tree is for some texts.
