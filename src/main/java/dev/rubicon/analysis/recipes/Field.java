package dev.rubicon.analysis.recipes;

/**
 * One thing that a recipe asks for.
 *
 * @param name the member of the answers, like {@code newColumn}
 * @param hint what it is for, a sentence; or an empty text
 * @param required whether an empty answer is refused
 * @param example an answer that goes with the examples of the recipe's other fields; empty where none is needed
 */
public record Field(String name, String label, String hint, Kind kind, boolean required, String example) {

    /** What an answer has to be. */
    public enum Kind {
        /** A table's name as SQL writes it, qualified or not. */
        TABLE,
        /** A name as SQL writes it. */
        NAME,
        /** Names as SQL writes them, separated by commas. */
        NAMES,
        /** A type as SQL writes it. */
        TYPE,
        /** An SQL expression or condition over a row. */
        EXPRESSION,
        /** The columns of an index as SQL writes them, without the brackets around them. */
        ELEMENTS,
        /** One line for each new column: its name, its type, {@code =}, an SQL expression. */
        PARTS,
        /** An application, as the pipeline reports its deployments. */
        APPLICATION,
        /** A version, like 2.5.0. */
        VERSION,
        /** Yes or no: {@code true} or {@code false}; empty means no. */
        FLAG;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    static Field table(String example) {
        return new Field("table", "Table", "As SQL writes it: in double quotes where it needs them, with its schema or "
                + "without.", Kind.TABLE, true, example);
    }

    static Field of(String name, Kind kind, String label, String hint, String example) {
        return new Field(name, label, hint, kind, true, example);
    }

    static Field application() {
        return new Field("application", "Application",
                "Its name in the deployments that your pipeline reports. Gates wait for its "
                        + "versions.", Kind.APPLICATION,
                true, "accounts-web");
    }

    static Field version(String name, String label, String hint, String example) {
        return new Field(name, label, hint, Kind.VERSION, true, example);
    }

    static Field flag(String name, String label, String hint) {
        return new Field(name, label, hint, Kind.FLAG, false, "");
    }

    Field optional() {
        return new Field(name, label, hint, kind, false, example);
    }
}
