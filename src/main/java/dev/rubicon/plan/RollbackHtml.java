package dev.rubicon.plan;

import java.util.List;
import java.util.Map;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** The rollback plan as HTML, rendered from its Markdown; whatever an author wrote comes out as text. */
public final class RollbackHtml {

    private static final List<Extension> TABLES = List.of(TablesExtension.create());
    private static final Parser PARSER = Parser.builder().extensions(TABLES).build();
    private static final HtmlRenderer RENDERER = HtmlRenderer.builder().extensions(TABLES).escapeHtml(true)
            .sanitizeUrls(true)
            .attributeProviderFactory(context -> (node, tag, attributes) -> mark(node, attributes)).build();

    private static final String HEAD = """
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
            :root { color-scheme: light dark; }
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
            table { border-collapse: collapse; width: 100%; }
            th, td { border: 1px solid #8888; padding: .4rem .6rem; text-align: left; vertical-align: top; }
            tr.river td { border-top: 4px solid #c62828; color: #c62828; }
            code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
            td code, pre { white-space: pre-wrap; overflow-wrap: anywhere; }
            @media print { body { margin: 0; max-width: none; font-size: 11pt; } tr, pre { break-inside: avoid; }
              h2, h3 { break-after: avoid; } thead { display: table-header-group; } }
            </style>
            """;

    private RollbackHtml() {}

    /** An {@code article} to be put into a page. */
    public static String fragment(RollbackPlan plan) {
        return "<article class=\"rollback-plan\">\n" + RENDERER.render(PARSER.parse(RollbackMarkdown.of(plan)))
                + "</article>\n";
    }

    /** A page of its own, fit to be printed. */
    public static String page(RollbackPlan plan) {
        return "<!doctype html>\n<html lang=\"en\">\n<head>\n" + HEAD + "<title>Rollback plan of " + plan.plan()
                + ", revision " + plan.revision() + "</title>\n</head>\n<body>\n" + fragment(plan)
                + "</body>\n</html>\n";
    }

    private static void mark(Node node, Map<String, String> attributes) {
        if (node instanceof TableRow row && isRiver(row)) {
            attributes.put("class", "river");
        }
    }

    private static boolean isRiver(TableRow row) {
        StringBuilder words = new StringBuilder();
        row.accept(new AbstractVisitor() {
            @Override
            public void visit(Text text) {
                words.append(text.getLiteral()).append(' ');
            }
        });
        return words.toString().startsWith("Point of no return ");
    }
}
