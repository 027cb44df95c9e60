package dev.rubicon.faults;

/** What strikes: the columns of the fault matrix. */
enum Fault {

    KILL("kill -9 of the worker", true,
            "The JVM whose workers stand there is killed with SIGKILL; another one finds its runs after their lease.") {
        @Override
        void strike(Scene scene) {
            scene.worker().kill();
            scene.release();
        }
    },
    TERMINATE("session ended", false, "`pg_terminate_backend` of the session that does the step.") {
        @Override
        void strike(Scene scene) {
            scene.terminate("NOT LIKE '% lock'");
            scene.release();
        }
    },
    TERMINATE_LOCK("lock session ended", false,
            "`pg_terminate_backend` of the idle session that holds the lock on the target.") {
        @Override
        void strike(Scene scene) {
            scene.terminate("LIKE '% lock'");
            scene.release();
        }
    },
    TARGET_RESTART("target restarted", false,
            "The server of the targets quits at once (`-m immediate`) and is started again: a crash recovery.") {
        @Override
        void strike(Scene scene) {
            scene.cluster().targetServer(0).die();
            scene.cluster().targetServer(0).start();
            scene.release();
        }
    },
    CONTROL_RESTART("control restarted", false, "The same with the server of the control database.") {
        @Override
        void strike(Scene scene) {
            scene.cluster().control().die();
            scene.cluster().control().start();
            scene.release();
        }
    },
    FREEZE("worker frozen", true,
            "The JVM whose workers stand there is stopped with SIGSTOP until another one has taken up all of its runs,"
                    + " then continued with SIGCONT: it believes that no time has passed.") {
        @Override
        void strike(Scene scene) {
            scene.worker().freeze();
            scene.releaseControl();
            scene.awaitTakeover();
            scene.worker().thaw();
            scene.release();
        }
    },
    CUT_FROM_CONTROL("worker cut from control", true,
            "Between the JVM whose workers stand there and the control database nothing comes through until another"
                    + " one has taken up all of its runs; its connections to the targets stay.") {
        @Override
        void strike(Scene scene) {
            Network network = scene.worker().network();
            network.goSilent();
            try {
                scene.releaseControl();
                scene.awaitTakeover();
                scene.release();
                scene.awaitEnds();
            } finally {
                network.heal();
            }
        }
    },
    CUT_FROM_TARGET("answers of the target lost", false,
            "What is sent to the targets arrives, what they answer does not, until they have nothing more to do; then all"
                    + " connections break.") {
        @Override
        void strike(Scene scene) {
            Network network = scene.cluster().targetNetwork(0);
            network.loseAnswers();
            try {
                scene.release();
                scene.awaitTargetsIdle();
            } finally {
                network.heal();
            }
        }
    };

    final String title;
    /** Whether one JVM must do all the runs, which another one takes over then. */
    final boolean oneWorker;
    final String sentence;

    Fault(String title, boolean oneWorker, String sentence) {
        this.title = title;
        this.oneWorker = oneWorker;
        this.sentence = sentence;
    }

    /** Strikes all runs of the scene at once, and lets go of what held them. */
    abstract void strike(Scene scene);
}
