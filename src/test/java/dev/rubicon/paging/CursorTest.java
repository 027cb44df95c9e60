package dev.rubicon.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rubicon.problem.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class CursorTest {

    @Test
    void comesBackAsItWentOut() {
        Cursor cursor = Cursor.of("targets", 3, "ördery", "");

        assertThat(Cursor.read("targets", cursor.text(), 3)).isEqualTo(cursor);
        assertThat(cursor.number(0)).isEqualTo(3);
        assertThat(cursor.text()).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void beginsWithoutOne() {
        assertThat(Cursor.read("targets", null, 1)).isNull();
        assertThat(Cursor.read("targets", "", 1)).isNull();
    }

    @Test
    void refusesWhatIsNoCursorOfThisList() {
        Cursor cursor = Cursor.of("targets", "x");

        for (String text : List.of("!!", "abc", Cursor.of("users", "x").text(),
                Cursor.of("targets", "x", "y").text())) {
            assertThatThrownBy(() -> Cursor.read("targets", text, 1)).isInstanceOf(Problem.class);
        }
        assertThatThrownBy(() -> cursor.number(0)).isInstanceOf(Problem.class);
    }

    @Test
    void endsAListWithoutACursor() {
        assertThat(Page.of(List.of(1, 2), 2, n -> Cursor.of("n", n)).next()).isNull();
        Page<Integer> page = Page.of(List.of(1, 2, 3), 2, n -> Cursor.of("n", n));
        assertThat(page.items()).containsExactly(1, 2);
        assertThat(page.next()).isEqualTo(Cursor.of("n", 2).text());
        assertThat(page.map(n -> "n" + n).items()).containsExactly("n1", "n2");
    }

    @Test
    void takesALimitFromOneToTwoHundred() {
        assertThat(Page.limit(null)).isEqualTo(50);
        assertThat(Page.limit(200)).isEqualTo(200);
        assertThatThrownBy(() -> Page.limit(0)).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> Page.limit(201)).isInstanceOf(Problem.class);
    }
}
