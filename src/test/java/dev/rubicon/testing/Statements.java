package dev.rubicon.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** Counts what the control database is asked. */
public final class Statements {

    private Statements() {}

    /** Hears, in the thread that executes it, of each statement. */
    private static final class Ear extends AppenderBase<ILoggingEvent> {

        private final Thread listened = Thread.currentThread();
        private final AtomicLong heard = new AtomicLong();

        @Override
        protected void append(ILoggingEvent event) {
            // an event finds out the name of its thread when it is asked, so it is not asked
            if (Thread.currentThread() == listened && event.getMessage().contains("Executing prepared SQL statement")) {
                heard.incrementAndGet();
            }
        }
    }

    /** How many statements this thread has executed while it did this. */
    public static long of(Runnable work) {
        Logger logger = (Logger) LoggerFactory.getLogger(JdbcTemplate.class);
        Ear heard = new Ear();
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
        return heard.heard.get();
    }
}
