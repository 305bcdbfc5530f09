/**
 * Layers, from weakest to strongest: tokens, reset, base, ui, screens, preferences.
 * Every stylesheet begins with that line, because the first one to arrive fixes the order and the
 * bundler decides which one that is.
 */
import "./tokens.css";
import "./reset.css";
import "./base.css";
