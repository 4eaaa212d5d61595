/// What a push comes to, case by case.
mod collect;
/// Odd repositories: bare or not, linked, shallow, with the other hash.
mod layouts;
/// Odd bytes, odd settings of Git, odd input.
mod odd;
/// A server's repository and somebody's clone of it.
mod world;
