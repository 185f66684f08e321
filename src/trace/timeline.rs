//! A trace drawn as text, like a logic analyser's picture.
