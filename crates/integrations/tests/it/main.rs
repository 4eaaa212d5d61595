//! The integrations against the real products.

/// Breezy: what its plugin says.
mod bzr;
/// CVS: commits to real repositories.
mod cvs;
/// Fossil: pushes to real repositories.
mod fossil;
/// Git: pushes into real repositories.
mod git;
/// Mercurial: pushes to real repositories.
mod hg;
/// Jenkins, as far as it can be had: a stand-in with its JSON API.
mod jenkins;
/// Perforce: submits, as a stand-in for its client tells of them.
mod perforce;
/// Nothing that an integration needs is forgotten.
mod registry;
/// What all of them ship is tried alike.
mod shipped;
/// Subversion: commits to real repositories.
mod svn;
/// Trac: what its plugin says.
mod trac;
