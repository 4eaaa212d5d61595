open_enum! {
    /// Whether something comes or goes.
    pub enum Op {
        /// Comes.
        Add = "add",
        /// Goes.
        Remove = "remove",
    }
}
