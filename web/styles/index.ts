/** Order matters: the layers must be named before any of them is filled. */
import "./layers.css";
import "./tokens.css";
import "./reset.css";
import "./base.css";
