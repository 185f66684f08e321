//! What a session does, as data: actions in, effects and what is shown out.
