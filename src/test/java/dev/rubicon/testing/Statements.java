package dev.rubicon.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** Counts what the control database is asked. */
public final class Statements {

    private Statements() {}

    /** How many statements this thread has executed while it did this. */
    public static long of(Runnable work) {
        Logger logger = (Logger) LoggerFactory.getLogger(JdbcTemplate.class);
        ListAppender<ILoggingEvent> heard = new ListAppender<>();
        Level before = logger.getLevel();
        heard.start();
        logger.addAppender(heard);
        logger.setLevel(Level.DEBUG);
        try {
            work.run();
        } finally {
            logger.setLevel(before);
            logger.detachAppender(heard);
        }
        return List.copyOf(heard.list).stream()
                .filter(event -> event.getThreadName().equals(Thread.currentThread().getName()))
                .filter(event -> event.getMessage().contains("Executing prepared SQL statement")).count();
    }
}
